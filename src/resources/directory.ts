import {
  type Difference,
  resource,
  type Resource,
  type ResourceType,
  type Step,
  type Todo,
} from '../engine/resource.ts'
import { command } from '../transport/shell.ts'
import { relabel } from './relabel.ts'
import { assertPath, ownershipChanges, parseStat, type PathState, refusal, statOf } from './stat.ts'

export interface DirectoryWant {
  readonly path: string
  readonly owner: string
  readonly group: string
  /** Four octal digits. */
  readonly mode: string
}

/** A directory with this owner and mode; parents are made as needed, contents are left alone. */
export function directory(options: Pick<DirectoryWant, 'path'> & Partial<DirectoryWant>): Resource {
  const want = { owner: 'root', group: 'root', mode: '0755', ...options }
  return resource(directoryType, assertPath(want.path), want)
}

export const directoryType: ResourceType<DirectoryWant, PathState | undefined> = {
  kind: 'directory',
  shared: (wants) => [statOf(wants)],
  probe: () => '',
  parse(printed, wants) {
    const found = parseStat(printed)
    return wants.map((want) => found.get(want.path))
  },
  diff: diffDirectory,
  steps: (todo) => todo.map(stepOf),
}

function stepOf({ want, state }: Todo<DirectoryWant, PathState | undefined>): Step {
  if (state !== undefined && state.type !== 'directory') return refusal(want.path, state.type)
  return {
    what: `directory ${want.path}`,
    script: [
      // Parents are for everybody to enter, whatever the mode of the directory itself.
      `(umask 022; ${command('mkdir', '-p', '--', want.path)})`,
      command('chown', `${want.owner}:${want.group}`, '--', want.path),
      command('chmod', want.mode, '--', want.path),
      ...(state === undefined ? [relabel(want.path)] : []),
    ].join(' && '),
  }
}

function diffDirectory(want: DirectoryWant, state: PathState | undefined): Difference | undefined {
  if (state === undefined) return { verb: 'create', summary: `${want.owner}:${want.group} ${want.mode}` }
  if (state.type !== 'directory') return { verb: 'update', summary: `a ${state.type} is in the way` }
  const changes = ownershipChanges(want, state)
  return changes.length === 0 ? undefined : { verb: 'update', summary: changes.join(', ') }
}
