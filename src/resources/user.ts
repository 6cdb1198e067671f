import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command } from '../transport/shell.ts'

export interface UserWant {
  readonly name: string
  readonly home: string
  readonly shell: string
  /** The primary group; made together with the user. */
  readonly group: string
}

/** What the name service says of a user. */
export interface UserState {
  readonly home: string
  readonly shell: string
}

/** A system account for a service, without a login of its own. */
export function systemUser(options: Pick<UserWant, 'name'> & Partial<UserWant>): Resource {
  const want = { home: '/nonexistent', shell: '/usr/sbin/nologin', group: options.name, ...options }
  return resource(userType, want.name, want)
}

/** An existing user is left as it is: its number, home and shell may be in use. */
export const userType: ResourceType<UserWant, UserState | undefined> = {
  kind: 'user',
  probe: (wants) => command('getent', 'passwd', ...wants.map((want) => want.name)),

  parse(printed, wants) {
    const rows = printed.split('\n').map((line) => line.split(':'))
    return wants.map((want) => {
      const row = rows.find(([name]) => name === want.name)
      return row === undefined ? undefined : { home: row[5] ?? '', shell: row[6] ?? '' }
    })
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
