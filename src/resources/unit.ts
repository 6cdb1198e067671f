import { resource, type Resource, type ResourceType, type Step } from '../engine/resource.ts'
import { sh } from '../transport/shell.ts'
import { type FileState, fileType, type FileWant } from './file.ts'

export interface UnitWant extends FileWant {
  /** A unit whose service is enabled right after this: that lets systemd read its files, too. */
  readonly enabledNext?: string
}

/** A systemd unit of our own in /etc/systemd/system; systemd reads its units again only when one changed. */
export function unit(name: string, content: string, options: Pick<UnitWant, 'enabledNext'> = {}): Resource {
  const want: UnitWant = {
    ...{ path: unitPath(name), content, owner: 'root', group: 'root', mode: '0644', secret: false },
    ...options,
  }
  return resource(unitType, name, want)
}

export function unitPath(name: string): string {
  return `/etc/systemd/system/${name}`
}

/** A crash between the file and the `daemon-reload` is seen by the service, which asks systemd anyway. */
export const unitType: ResourceType<UnitWant, FileState> = {
  ...fileType,
  kind: 'unit',
  together: true,
  steps: (todo) => [...fileType.steps(todo), reread(todo.map(({ want }) => want.enabledNext))],
}

// On a busy node each reading of all units takes half a second and more.
function reread(enabledNext: readonly (string | undefined)[]): Step {
  const what = 'systemctl daemon-reload'
  const units = enabledNext.flatMap((name) => name ?? [])
  if (units.length < enabledNext.length) return { what, script: what }
  const script = `for unit in ${[...new Set(units)].map(sh).join(' ')}; do
  if systemctl is-enabled --quiet -- "$unit" 2>/dev/null; then ${what}; exit; fi
done`
  return { what: `${what}, unless it is enabled next`, script }
}
