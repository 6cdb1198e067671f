import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command } from '../transport/shell.ts'
import { type Account, accountsOf, parseAccounts } from './accounts.ts'

export interface UserWant {
  readonly name: string
  readonly home: string
  readonly shell: string
  /** The primary group; made together with the user. */
  readonly group: string
}

/** A system account for a service, without a login of its own. */
export function systemUser(options: Pick<UserWant, 'name'> & Partial<UserWant>): Resource {
  const want = { home: '/nonexistent', shell: '/usr/sbin/nologin', group: options.name, ...options }
  return resource(userType, want.name, want)
}

/** An existing user is left as it is: its number, home and shell may be in use. */
export const userType: ResourceType<UserWant, Account | undefined> = {
  kind: 'user',
  shared: (wants) => [accountsOf(wants.map(({ name }) => name))],
  probe: () => '',

  parse(printed, wants) {
    const found = parseAccounts(printed)
    return wants.map(({ name }) => found.get(name))
  },

  diff: (want, state) => (state === undefined ? { verb: 'create', summary: 'system user' } : undefined),

  steps: (todo) =>
    todo.map(({ want }) => ({
      what: `add user ${want.name}`,
      script: [
        `${command('getent', 'group', want.group)} >/dev/null || ${command('groupadd', '--system', want.group)} || exit`,
        command(
          'useradd',
          '--system',
          '--gid',
          want.group,
          '--home-dir',
          want.home,
          '--shell',
          want.shell,
          want.name,
        ),
      ].join('\n'),
    })),
}
