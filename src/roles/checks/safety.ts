import { type Check, finding, onEachHost } from './check.ts'

/** A database open to the world, as in the article's pg_hba. */
export const openToTheWorld: Check = onEachHost((host) =>
  (host.vars.postgresql?.client_networks ?? []).flatMap((network, index) => {
    if (!network.endsWith('/0')) return []
    return [finding(['postgresql', 'client_networks', index], 'the whole world may try to log in')]
  }),
)

/** Measured: with asynchronous replication an immediate failover loses acknowledged writes (research/reliability.md 2.3). */
export const hastyFailover: Check = onEachHost((host) => {
  const { patroni } = host.vars
  if (!patroni || patroni.primary_start_timeout > 0) return []
  if ((patroni.synchronous ?? 'off') !== 'off') return []
  const message = '0 loses acknowledged writes with asynchronous replication'
  return [finding(['patroni', 'primary_start_timeout'], message, 'set patroni.synchronous, or 30')]
})
