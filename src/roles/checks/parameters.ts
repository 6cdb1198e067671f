import { type Check, finding, onEachHost } from './check.ts'

// Patroni passes these on the command line or writes them itself, whatever the parameters say
// (https://patroni.readthedocs.io/en/latest/patroni_configuration.html); a plan with them would never become empty.
const fieldInstead: Readonly<Record<string, string>> = {
  listen_addresses: 'PostgreSQL listens on the address of the node',
  port: 'use postgresql.port',
  cluster_name: 'use patroni.scope',
  hot_standby: 'replicas always serve reads',
  data_directory: 'use postgresql.data_dir',
  hba_file: 'use postgresql.hba',
  ident_file: 'the file belongs to Patroni',
  config_file: 'the file belongs to Patroni',
  primary_conninfo: 'Patroni points replicas at the leader',
  primary_slot_name: 'Patroni names the slots',
  synchronous_standby_names: 'use patroni.synchronous',
  recovery_target_timeline: 'replicas always follow the latest timeline',
  promote_trigger_file: 'Patroni promotes',
  trigger_file: 'Patroni promotes',
  standby_mode: 'Patroni decides who is a replica',
}

/** Settings that Patroni keeps for itself. */
export const controlledParameters: Check = onEachHost((host) =>
  Object.keys(host.vars.postgresql?.parameters ?? {}).flatMap((name) => {
    const instead = fieldInstead[name.toLowerCase()]
    if (instead === undefined) return []
    return [finding(['postgresql', 'parameters', name], 'Patroni controls this setting', instead)]
  }),
)

interface Lifetime {
  /** First version that has the setting. */
  readonly from?: number
  /** First version without it. */
  readonly until?: number
  readonly hint?: string
}

// Release notes of PostgreSQL 10 to 18. Only settings that clusters are seen to carry along.
const lifetimes: Readonly<Record<string, Lifetime>> = {
  checkpoint_segments: { until: 9.5, hint: 'use max_wal_size' },
  sql_inheritance: { until: 10 },
  min_parallel_relation_size: { until: 10, hint: 'use min_parallel_table_scan_size' },
  replacement_sort_tuples: { until: 11 },
  default_with_oids: { until: 12 },
  wal_keep_segments: { until: 13, hint: 'use wal_keep_size' },
  wal_keep_size: { from: 13, hint: 'use wal_keep_segments' },
  max_slot_wal_keep_size: { from: 13 },
  operator_precedence_warning: { until: 14 },
  vacuum_cleanup_index_scale_factor: { until: 14 },
  idle_session_timeout: { from: 14 },
  stats_temp_directory: { until: 15 },
  force_parallel_mode: { until: 16, hint: 'use debug_parallel_query' },
  vacuum_defer_cleanup_age: { until: 16, hint: 'use hot_standby_feedback and replication slots' },
  db_user_namespace: { until: 17 },
  old_snapshot_threshold: { until: 17 },
  trace_recovery_messages: { until: 17 },
  idle_replication_slot_timeout: { from: 18 },
  io_method: { from: 18 },
}

/** Settings that the chosen PostgreSQL does not have: it would refuse to start. */
export const parametersOfVersion: Check = onEachHost((host) => {
  const { postgresql } = host.vars
  if (!postgresql) return []
  const { version, parameters } = postgresql
  return Object.keys(parameters).flatMap((name) => {
    const { from = 0, until = Infinity, hint } = lifetimes[name.toLowerCase()] ?? {}
    if (from <= version && version < until) return []
    const when = version < from ? `exists from PostgreSQL ${from}` : `is gone since PostgreSQL ${until}`
    const message = `this setting ${when}, and version is ${version}`
    return [finding(['postgresql', 'parameters', name], message, hint)]
  })
})

const path = ['postgresql', 'parameters', 'wal_level']

/** Old names that PostgreSQL 9.6 and later read as `replica`, and a level without replication. */
export const walLevel: Check = onEachHost((host) => {
  const level = host.vars.postgresql?.parameters['wal_level']
  if (level === 'hot_standby' || level === 'archive') {
    return [finding(path, `${level} is an old name`, 'use replica')]
  }
  return level === 'minimal' ? [finding(path, 'minimal leaves nothing to replicate', 'use replica')] : []
})
