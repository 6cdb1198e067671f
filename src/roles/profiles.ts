/** The names of the profiles. */
export const profileNames = ['fast', 'balanced', 'wide-area', 'durable'] as const

export type ProfileName = (typeof profileNames)[number]

/** Settings that belong together, by section and name of the inventory. */
export interface Profile {
  readonly patroni: {
    readonly ttl: number
    readonly loop_wait: number
    readonly retry_timeout: number
    readonly primary_start_timeout: number
    readonly synchronous: 'off' | 'on' | 'quorum'
    readonly restart_delay_ms: number
  }
  readonly haproxy: {
    readonly inter_ms: number
    readonly fastinter_ms: number
    readonly downinter_ms: number
    readonly fall: number
    readonly rise: number
    readonly check_timeout_ms: number
    readonly connect_timeout_ms: number
    readonly tcp_user_timeout_ms?: number
    readonly keepalive_idle_seconds?: number
    readonly keepalive_interval_seconds?: number
    readonly keepalive_count?: number
  }
  readonly keepalived: {
    readonly advert_seconds: number
    readonly check_interval_seconds: number
    readonly check_timeout_ms: number
    readonly check_fall: number
    readonly check_rise: number
  }
  readonly postgresql: {
    readonly parameters: {
      readonly tcp_keepalives_idle: number
      readonly tcp_keepalives_interval: number
      readonly tcp_keepalives_count: number
      readonly wal_sender_timeout: string
      readonly wal_receiver_timeout: string
    }
  }
}

const keepalived = {
  ...{ advert_seconds: 1, check_interval_seconds: 1, check_timeout_ms: 900 },
  ...{ check_fall: 2, check_rise: 2 },
}

// A node that vanished keeps its connections for 19 s, not for the kernel's two hours, and those of replication for 10 s, not
// for a minute: so long synchronous commits wait for a replica that is not there (measured: 12 s, and 34 s before, which was
// as long as the fault stayed).
const near = {
  ...{ tcp_keepalives_idle: 10, tcp_keepalives_interval: 3, tcp_keepalives_count: 3 },
  ...{ wal_sender_timeout: '10s', wal_receiver_timeout: '10s' },
}

// HAProxy knows these from 2.3 on; the default leaves them out, as EL 7 and 8 have older ones.
const nearHaproxy = {
  ...{ tcp_user_timeout_ms: 10_000, keepalive_idle_seconds: 10 },
  ...{ keepalive_interval_seconds: 3, keepalive_count: 3 },
}

/**
 * (fall - 1) * fastinter is 3 s: Patroni is away for less after it was killed and systemd restarted it (measured: 1.7 to
 * 2.6 s on busy labs), and its PostgreSQL goes on meanwhile. loop_wait is what a killed postmaster waits for.
 */
const balanced: Profile = {
  patroni: {
    ...{ ttl: 20, loop_wait: 3, retry_timeout: 5, primary_start_timeout: 30 },
    ...{ synchronous: 'off', restart_delay_ms: 100 },
  },
  haproxy: {
    ...{ inter_ms: 1000, fastinter_ms: 1000, downinter_ms: 500, fall: 4, rise: 1 },
    ...{ check_timeout_ms: 1000, connect_timeout_ms: 1000 },
  },
  keepalived,
  postgresql: { parameters: near },
}

/**
 * The tuned values of research/reliability.md 2.3, moved by what the lab measured. Patroni accepts no ttl below 20 s: no
 * profile finds a lost node faster than that, and `fast` differs in all that follows and in the other faults.
 */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  fast: {
    patroni: { ...balanced.patroni, loop_wait: 1, retry_timeout: 3 },
    haproxy: {
      ...{ inter_ms: 500, fastinter_ms: 500, downinter_ms: 200, fall: 7, rise: 1 },
      ...{ check_timeout_ms: 1000, connect_timeout_ms: 500 },
      ...nearHaproxy,
    },
    keepalived: { ...keepalived, check_timeout_ms: 500 },
    postgresql: { parameters: near },
  },
  balanced,
  'wide-area': {
    patroni: {
      ...{ ttl: 60, loop_wait: 10, retry_timeout: 20, primary_start_timeout: 60 },
      ...{ synchronous: 'quorum', restart_delay_ms: 100 },
    },
    haproxy: {
      ...{ inter_ms: 3000, fastinter_ms: 1500, downinter_ms: 1500, fall: 3, rise: 2 },
      ...{ check_timeout_ms: 3000, connect_timeout_ms: 3000, tcp_user_timeout_ms: 60_000 },
      ...{ keepalive_idle_seconds: 60, keepalive_interval_seconds: 10, keepalive_count: 5 },
    },
    keepalived: { ...keepalived, advert_seconds: 2 },
    postgresql: {
      parameters: {
        ...{ tcp_keepalives_idle: 60, tcp_keepalives_interval: 10, tcp_keepalives_count: 5 },
        ...{ wal_sender_timeout: '1min', wal_receiver_timeout: '1min' },
      },
    },
  },
  durable: {
    ...balanced,
    // Not a quorum: while a leader whose Patroni is dead is replaced by one replica, the other one may acknowledge its commits
    // (measured: 8 writes in 10 rounds, of clients that come to it directly). Here only who acknowledges may become leader.
    patroni: { ...balanced.patroni, synchronous: 'on', primary_start_timeout: 0 },
    haproxy: { ...balanced.haproxy, ...nearHaproxy },
  },
}

/** What counts where the inventory names no profile; the fields' own defaults are these values. */
export const defaults = profiles.balanced
