import { resource, type Resource, type ResourceType, type Step, type Todo } from '../../engine/resource.ts'
import { command, sh } from '../../transport/shell.ts'
import { type FileState, fileType, type FileWant, parseFiles, probeFragment, sharedOfFiles } from '../file.ts'
import { blockIn, withBlock } from './block.ts'
import { armRevert } from './revert.ts'

export interface SshdSettings {
  readonly content: string
  /** The unit that reads them again. */
  readonly unit: string
  /** Whether sshd_config includes the folder of drop-ins; else they go to the top of sshd_config itself. */
  readonly isDropIn: boolean
}

export interface SshdSettingsWant extends FileWant, Pick<SshdSettings, 'unit' | 'isDropIn'> {}

const mainFile = '/etc/ssh/sshd_config'
// The first value of a keyword counts: before the drop-ins of others, at the top of the file.
const dropIn = '/etc/ssh/sshd_config.d/00-pgha.conf'

/** Settings of the SSH server, checked by it and taken back by the node unless a new login is proved (see `armRevert`). */
export function sshdSettings({ content, unit, isDropIn }: SshdSettings): Resource {
  const want: SshdSettingsWant = {
    path: isDropIn ? dropIn : mainFile,
    content,
    owner: 'root',
    group: 'root',
    mode: '0600',
    secret: false,
    validate: 'sshd -t -f "$F"',
    unit,
    isDropIn,
  }
  return resource(sshdSettingsType, want.path, want)
}

export const sshdSettingsType: ResourceType<SshdSettingsWant, FileState> = {
  kind: 'sshd-settings',
  isPlain: true,
  shared: sharedOfFiles,
  probe: probeFragment,
  parse: parseFiles,
  diff: (want, state) => (want.isDropIn ? fileType.diff(want, state) : diffBlock(want, state)),
  steps: (todo) => todo.flatMap(stepsOf),
}

/** A file that is not ours but for a block: what is around it is as wanted. */
function diffBlock(want: SshdSettingsWant, { content }: FileState) {
  const before = blockIn(content ?? '')
  if (before === want.content) return undefined
  return {
    verb: before === undefined ? 'create' : 'update',
    summary: 'a block at the top',
    text: { before: before ?? '', after: want.content },
  } as const
}

function stepsOf({ want, state, difference }: Todo<SshdSettingsWant, FileState>): readonly Step[] {
  const file = want.isDropIn ? want : { ...want, content: withBlock(state.content ?? '', want.content) }
  const reload = command('systemctl', 'reload', '--', want.unit)
  return [
    armRevert(want.path, sh(want.path)),
    ...fileType.steps([{ want: file, state, difference }]),
    // Not by the service's record of what it runs with: the revert covers a crash before the reload. systemctl returns
    // before sshd has begun anew: a login that comes too early would prove the old settings.
    { what: `systemctl reload ${want.unit}`, script: `${reload} && sleep 1` },
  ]
}
