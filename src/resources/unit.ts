import { resource, type Resource, type ResourceType, type Step } from '../engine/resource.ts'
import { command } from '../transport/shell.ts'
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

/**
 * A file that systemd reads in the same script: a run that dies in between would leave a unit that nobody reads, and systemd
 * does not say so of one that hides the unit of a package (`NeedDaemonReload` looks at the file that it has read).
 */
export const unitType: ResourceType<UnitWant, FileState> = {
  ...fileType,
  kind: 'unit',
  steps: (todo) => todo.flatMap((one) => fileType.steps([one]).map((step) => andRead(step, one.want))),
}

// On a busy node each reading of all units takes half a second and more: `systemctl enable` does it, too.
function andRead(step: Step, { enabledNext }: UnitWant): Step {
  const unless =
    enabledNext === undefined
      ? ''
      : `${command('systemctl', 'is-enabled', '--quiet', '--', enabledNext)} 2>/dev/null || exit 0\n`
  return {
    ...step,
    what: `${step.what} for systemd`,
    script: `(\n${step.script}\n) || exit\n${unless}systemctl daemon-reload`,
  }
}
