import { type Check, finding, onEachHost } from './check.ts'

/** Roles of the database that share a name would get each other's password and rights. */
export const distinctAccounts: Check = onEachHost((host) => {
  const { patroni } = host.vars
  if (!patroni) return []
  const { superuser, replication_user, rewind_user } = patroni
  const taken = 'this role has another purpose already'
  return [
    ...(replication_user === superuser
      ? [finding(['patroni', 'replication_user'], taken, 'patroni.superuser')]
      : []),
    ...(rewind_user === superuser ? [finding(['patroni', 'rewind_user'], taken, 'patroni.superuser')] : []),
    ...(rewind_user === replication_user
      ? [finding(['patroni', 'rewind_user'], taken, 'patroni.replication_user')]
      : []),
  ]
})

const passwords = ['rest_password', 'superuser_password', 'replication_password', 'rewind_password'] as const

/** One password for several purposes: who learns the weakest has them all. */
export const distinctPasswords: Check = onEachHost((host) => {
  const { patroni } = host.vars
  if (!patroni) return []
  const owners = new Map<string, string>()
  return passwords.flatMap((key) => {
    const value = patroni[key]?.reveal()
    if (value === undefined) return []
    const owner = owners.get(value)
    if (owner === undefined) owners.set(value, key)
    return owner === undefined
      ? []
      : [finding(['patroni', key], `is the same as ${owner}`, 'give each its own')]
  })
})
