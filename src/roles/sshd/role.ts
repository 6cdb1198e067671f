import { authorizedKeys } from '../../resources/ssh/authorized-keys.ts'
import { sshdSettings } from '../../resources/ssh/sshd-settings.ts'
import type { Role } from '../role.ts'
import type { SshdVars } from './vars.ts'

const units = { debian: 'ssh.service', el: 'sshd.service' } as const

/** Who may log in, and how. A run goes on only when a new login has worked; else the node takes it all back. */
export const sshd: Role = {
  name: 'sshd',
  tags: ['ssh'],
  section: 'sshd',
  optional: true,

  resources({ host, family, facts, render, readFile }) {
    const { settings = {}, authorized_keys = {} } = host.vars.sshd ?? {}
    const content = render('sshd/sshd_config.njk', { lines: linesOf(settings) })
    return [
      ...Object.entries(authorized_keys).map(([user, { keys, files, exclusive }]) =>
        authorizedKeys({
          user,
          keys: [...keys, ...files.flatMap((path) => keysIn(readFile(path)))],
          exclusive,
        }),
      ),
      ...(Object.keys(settings).length === 0
        ? []
        : [sshdSettings({ content, unit: units[family], isDropIn: facts.sshd.readsDropIns })]),
    ]
  },
}

function linesOf(settings: SshdVars['settings']): readonly string[] {
  return Object.entries(settings).flatMap(([keyword, value]) => {
    const values = Array.isArray(value) ? value : [value]
    return values.map((one) => `${keyword} ${wordOf(one)}`)
  })
}

function wordOf(value: string | number | boolean): string {
  if (value === true) return 'yes'
  return value === false ? 'no' : String(value)
}

function keysIn(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}
