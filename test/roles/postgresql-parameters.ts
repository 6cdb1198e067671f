/** In which versions PostgreSQL has a setting. */
interface Lifetime {
  readonly from: number
  /** First version without it. */
  readonly until?: number
}

/**
 * Settings that pgha writes by itself, from the documentation of each version
 * (https://www.postgresql.org/docs/9.6/runtime-config.html to /18/) and its release notes.
 */
export const lifetimes: Readonly<Record<string, Lifetime>> = {
  hot_standby: { from: 9.0 },
  max_replication_slots: { from: 9.4 },
  max_slot_wal_keep_size: { from: 13 },
  max_wal_senders: { from: 9.0 },
  password_encryption: { from: 7.2 },
  tcp_keepalives_count: { from: 8.1 },
  tcp_keepalives_idle: { from: 8.1 },
  tcp_keepalives_interval: { from: 8.1 },
  unix_socket_directories: { from: 9.3 },
  wal_receiver_timeout: { from: 9.3 },
  wal_sender_timeout: { from: 9.3 },
  wal_keep_segments: { from: 9.0, until: 13 },
  wal_keep_size: { from: 13 },
  wal_level: { from: 9.0 },
  wal_log_hints: { from: 9.4 },
}

/** What a setting may be, where that has changed. */
export function allowedValues(name: string, version: number): readonly string[] | undefined {
  if (name === 'wal_level') return ['minimal', 'replica', 'logical']
  if (name !== 'password_encryption') return undefined
  return version < 10 ? ['on', 'off'] : ['md5', 'scram-sha-256']
}

/** Whether this PostgreSQL knows the setting. */
export function exists(name: string, version: number): boolean {
  const { from, until = Infinity } = lifetimes[name] ?? { from: Infinity }
  return from <= version && version < until
}
