import {
  type Difference,
  resource,
  type Resource,
  type ResourceType,
  type Todo,
  type Step,
} from '../engine/resource.ts'
import { command } from '../transport/shell.ts'
import { type FileState, fileType, type FileWant } from './file.ts'

/** A unit's file, and whether systemd has read another version of it. */
export interface UnitState {
  readonly file: FileState
  readonly stale: boolean
}

/** A systemd unit of our own in /etc/systemd/system; systemd reads units again only when one changed. */
export function unit(name: string, content: string, validate?: string): Resource {
  const want: FileWant = {
    path: unitPath(name),
    content,
    owner: 'root',
    group: 'root',
    mode: '0644',
    secret: false,
    ...(validate === undefined ? {} : { validate }),
  }
  return resource(unitType, name, want)
}

export function unitPath(name: string): string {
  return `/etc/systemd/system/${name}`
}

export const unitType: ResourceType<FileWant, UnitState> = {
  kind: 'unit',
  probe: (wants) =>
    [
      fileType.probe(wants),
      `${command('systemctl', 'show', '-p', 'Id,NeedDaemonReload', '--', ...wants.map(nameOf))} 2>/dev/null`,
    ].join('\n'),
  parse(printed, wants) {
    const stale = staleUnits(printed)
    return fileType.parse(printed, wants).map((state, index) => {
      const want = wants[index]
      return { file: state, stale: want !== undefined && stale.has(nameOf(want)) }
    })
  },
  diff: diffUnit,
  steps: (todo) => [
    ...todo.flatMap(writeSteps),
    { what: 'systemctl daemon-reload', script: 'systemctl daemon-reload' },
  ],
}

function nameOf(want: FileWant): string {
  return want.path.slice(want.path.lastIndexOf('/') + 1)
}

function staleUnits(printed: string): ReadonlySet<string> {
  const blocks = printed.split(/\n\n+/).filter((block) => /^NeedDaemonReload=yes$/m.test(block))
  return new Set(blocks.map((block) => /^Id=(.*)$/m.exec(block)?.[1] ?? ''))
}

function diffUnit(want: FileWant, state: UnitState): Difference | undefined {
  const difference = fileType.diff(want, state.file)
  if (difference !== undefined) return difference
  return state.stale ? { verb: 'reload', summary: 'systemd has not read the new unit yet' } : undefined
}

function writeSteps({ want, state, difference }: Todo<FileWant, UnitState>): readonly Step[] {
  const differs = fileType.diff(want, state.file) !== undefined
  return differs ? fileType.steps([{ want, state: state.file, difference }]) : []
}
