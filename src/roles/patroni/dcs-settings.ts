import type { Settings } from '../../resources/settings-tree.ts'
import { defaults } from '../profiles.ts'
import type { SiteVars } from '../site.ts'

/**
 * What pgha keeps in the cluster's dynamic configuration. Keys that are not named here or in the inventory belong to
 * whoever put them there.
 */
export function dcsSettings({ patroni, postgresql }: SiteVars): Settings {
  return {
    ...(patroni.dcs as Settings),
    ttl: patroni.ttl,
    loop_wait: patroni.loop_wait,
    retry_timeout: patroni.retry_timeout,
    maximum_lag_on_failover: patroni.maximum_lag_on_failover,
    primary_start_timeout: patroni.primary_start_timeout,
    failsafe_mode: patroni.failsafe_mode,
    ...synchronousSettings(patroni),
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      parameters: dcsParameters(postgresql),
    },
  }
}

/**
 * What a new cluster begins with. `patroni --validate-config` of 4.0 takes a quorum in bootstrap.dcs for an error, so it
 * begins with `on` and becomes a quorum by the DCS, in the stage `settings` of the same run.
 */
export function bootstrapSettings(vars: SiteVars): Settings {
  const settings = dcsSettings(vars)
  return settings['synchronous_mode'] === 'quorum' ? { ...settings, synchronous_mode: true } : settings
}

/** Written out in every mode, so that a cluster gets from each to each; nothing when the inventory does not say. */
function synchronousSettings({ synchronous, synchronous_count }: SiteVars['patroni']): Settings {
  if (synchronous === undefined) return {}
  return {
    synchronous_mode: synchronous === 'quorum' ? 'quorum' : synchronous !== 'off',
    synchronous_mode_strict: synchronous === 'strict',
    synchronous_node_count: synchronous_count,
  }
}

/** The parameters of PostgreSQL that pgha keeps in the DCS. */
export function dcsParameters({
  version,
  parameters,
}: SiteVars['postgresql']): Readonly<Record<string, string | number | boolean>> {
  return { ...defaultParameters(version), ...parameters }
}

/** Settings that a cluster with failover needs, by PostgreSQL version (research/reliability.md 1.3). */
function defaultParameters(version: number): Readonly<Record<string, string | number | boolean>> {
  return {
    wal_level: 'replica',
    hot_standby: 'on',
    wal_log_hints: 'on',
    max_wal_senders: 10,
    max_replication_slots: 10,
    ...defaults.postgresql.parameters,
    ...(version >= 13 ? { wal_keep_size: '128MB', max_slot_wal_keep_size: '4GB' } : { wal_keep_segments: 8 }),
  }
}
