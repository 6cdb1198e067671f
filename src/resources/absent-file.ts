import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'
import { assertPath, parseStat, type PathState, refusal, statOf } from './stat.ts'

export interface AbsentFileWant {
  readonly path: string
}

/** No file or link at `path`: what is there goes to this run's backups. A directory is refused, never removed. */
export function absentFile(path: string): Resource {
  return resource(absentFileType, assertPath(path), { path })
}

export const absentFileType: ResourceType<AbsentFileWant, PathState | undefined> = {
  kind: 'absent-file',
  shared: (wants) => [statOf(wants)],
  probe: () => '',
  parse(printed, wants) {
    const found = parseStat(printed)
    return wants.map(({ path }) => found.get(path))
  },
  diff: (_, state) =>
    state === undefined ? undefined : { verb: 'delete', summary: `a ${state.type} that should not be there` },
  steps: (todo) =>
    todo.map(({ want: { path }, state }) =>
      state?.type === 'directory'
        ? refusal(path, state.type)
        : {
            what: `remove ${path}`,
            script: moveToBackups(path),
            writes: [{ path, isNew: false }],
          },
    ),
}

/** Moves what is at a path to the backups of this run, and says nothing when it is gone already. */
export function moveToBackups(path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/'))
  return [
    `[ -e ${sh(path)} ] || [ -h ${sh(path)} ] || exit 0`,
    `(umask 077; mkdir -p "/var/backups/pgha/$PGHA_RUN"${sh(folder)}) || exit`,
    `${command('mv', '-fT', '--', path)} "/var/backups/pgha/$PGHA_RUN"${sh(path)}`,
  ].join('\n')
}
