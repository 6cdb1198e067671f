import { nearestName } from '../../inventory/did-you-mean.ts'
import { type Check, finding, onEachHost } from './check.ts'

const dcs = ['patroni', 'dcs']

// Keys of the dynamic configuration that have a field of their own, and that field.
const namedFields: Readonly<Record<string, string>> = {
  ttl: 'patroni.ttl',
  loop_wait: 'patroni.loop_wait',
  retry_timeout: 'patroni.retry_timeout',
  maximum_lag_on_failover: 'patroni.maximum_lag_on_failover',
  primary_start_timeout: 'patroni.primary_start_timeout',
  master_start_timeout: 'patroni.primary_start_timeout',
  failsafe_mode: 'patroni.failsafe_mode',
  synchronous_mode: 'patroni.synchronous',
  synchronous_mode_strict: 'patroni.synchronous',
  synchronous_node_count: 'patroni.synchronous_count',
}

const namedPostgresqlFields: Readonly<Record<string, string>> = {
  parameters: 'postgresql.parameters',
  pg_hba: 'postgresql.hba and postgresql.client_networks',
}

// https://patroni.readthedocs.io/en/latest/dynamic_configuration.html
const furtherKeys = [
  'check_timeline',
  'ignore_slots',
  'max_timelines_history',
  'maximum_lag_on_syncnode',
  'member_slots_ttl',
  'postgresql',
  'primary_race_backoff',
  'primary_stop_timeout',
  'slots',
  'standby_cluster',
]

/** A key of the DCS is set in one place. */
export const repeatedDcsKeys: Check = onEachHost((host) => {
  const given = host.vars.patroni?.dcs ?? {}
  const top = Object.keys(given).flatMap((key) => {
    if (key === 'pause') return [finding([...dcs, key], 'pausing is an operation, not a setting')]
    const field = namedFields[key]
    return field === undefined ? [] : [finding([...dcs, key], `this key belongs in ${field}`)]
  })
  const { postgresql } = given
  if (typeof postgresql !== 'object' || postgresql === null) return top
  const nested = Object.keys(postgresql).flatMap((key) => {
    const field = namedPostgresqlFields[key]
    return field === undefined ? [] : [finding([...dcs, 'postgresql', key], `this key belongs in ${field}`)]
  })
  return [...top, ...nested]
})

/** Patroni passes over keys it does not know, such as a misspelt synchronous_mode. */
export const unknownDcsKeys: Check = onEachHost((host) =>
  Object.keys(host.vars.patroni?.dcs ?? {}).flatMap((key) => {
    const known = [...furtherKeys, ...Object.keys(namedFields), 'pause']
    if (known.includes(key)) return []
    const nearest = nearestName(key, known)
    const hint = nearest === undefined ? undefined : `did you mean ${JSON.stringify(nearest)}?`
    return [finding([...dcs, key], 'Patroni may not know this key and then passes over it', hint)]
  }),
)
