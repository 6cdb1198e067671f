import type { PatroniVars } from './patroni/vars.ts'
import type { Timings } from './timings.ts'

/** What happens to a cluster, one thing at a time. */
export type FaultClass =
  | 'switchover'
  | 'patroni-stopped'
  | 'patroni-killed'
  | 'patroni-hung'
  | 'postmaster-killed'
  | 'leader-lost'
  | 'haproxy-killed'
  | 'haproxy-frozen'
  | 'keepalived-lost'
  | 'dcs-server-lost'
  | 'dcs-majority-lost'
  | 'none'

/** How long clients of the virtual address cannot write at worst. */
export interface WorstCase {
  readonly fault: FaultClass
  /** Infinity when writes come back only with the fault's own end. */
  readonly seconds: number
  /** In the symbols of `symbols`. */
  readonly formula: string
  /** The formula with this cluster's numbers. */
  readonly values: string
}

/**
 * What no setting decides, in seconds; the figures were measured (research/reliability.md 2.4). A fast shutdown writes a
 * checkpoint, and one that takes longer adds to it. The race has Patroni's fixed timeout of 2 s for calls to dead members,
 * twice. Patroni's restart is systemd's RestartSec and Python's start, until the REST API says again who leads. A second
 * keepalived says after 0.1 s (0.6 s on a lab with a load of 25) that the killed one is gone. Who has lost the race sleeps for 2 s
 * before it follows the winner (Patroni, `_process_unhealthy_cluster`), and the commits of a quorum wait for it: a switchover took
 * 3.4 s with `quorum` where it took 1.3 s without. A Patroni that comes back makes the leader's key anew in Consul (its session was
 * another one), and replicas that see none let go of their stream until their next loop: commits that wait for them took 2.7 s.
 * The DCS may lose its own leader with the node: Consul and etcd begin all their timers anew after the election, which took them 2 to 4 s
 * (25.3 to 26.7 s without writes at worst).
 */
const fixed = {
  stop: 1,
  promotion: 1,
  race: 4,
  election: 4,
  recovery: 1,
  patroniStart: 1.9,
  release: 1,
  follow: 2.5,
} as const

/** What the letters of the formulas stand for. */
export const symbols: Readonly<Record<string, string>> = {
  T: 'patroni.ttl',
  E: 'the DCS elects, as its leader may be on the same node, and begins its timers anew (4 s where consul.raft_multiplier is 1)',
  L: 'patroni.loop_wait',
  H: 'HAProxy finds the new leader: downinter + (rise - 1) * fastinter',
  stop: 'fast shutdown of PostgreSQL',
  P: 'promotion',
  race: 'the other members agree who is next',
  follow: 'commits of a quorum wait for a replica that has lost the race: Patroni lets it sleep for 2 s',
  rec: 'crash recovery',
  start: 'Patroni is back: patroni.restart_delay_ms, and its own start',
  k: 'keepalived.check_fall',
  s: 'keepalived.check_interval_seconds',
  t: 'keepalived.check_timeout_ms',
  a: 'keepalived.advert_seconds',
  release: 'systemd sees that keepalived is gone, and a second one tells the peers',
  skew: '(256 - lowest priority) / 256 * a',
}

/**
 * The worst write outage per kind of fault, with the formulas of research/reliability.md 2.4. With `quorum` and `strict` a new
 * leader commits nothing before a replica follows it. The faults of the virtual address are left out where there is none.
 */
export function worstCases(
  timings: Timings,
  synchronous: PatroniVars['synchronous'] = 'off',
): readonly WorstCase[] {
  const { patroni } = timings
  const T = patroni.ttl
  const L = patroni.loop_wait
  const H = haproxyUpSeconds(timings)
  const { stop, promotion: P, race, election: E, recovery, follow } = fixed
  const waitsForAny = synchronous === 'quorum' || synchronous === 'strict'
  const synced = (formula: string, summands: readonly number[]) =>
    waitsForAny ? term(`${formula} + follow`, [...summands, follow]) : term(formula, summands)
  const handOver = synced('stop + P + H', [stop, P, H])
  const failover = synced('T + race + P + H', [T, race, P, H])
  const withNode = synced('E + T + race + P + H', [E, T, race, P, H])
  const virtualAddress = ofVirtualAddress(timings)
  return [
    { fault: 'switchover', ...handOver },
    { fault: 'patroni-stopped', ...handOver },
    { fault: 'patroni-killed', ...patroniKilled(timings, H, synchronous !== 'off') },
    { fault: 'patroni-hung', ...failover },
    // With primary_start_timeout 0 it is not recovered but replaced.
    {
      fault: 'postmaster-killed',
      ...(patroni.primary_start_timeout === 0
        ? synced('L + P + H', [L, P, H])
        : term('L + rec + H', [L, recovery, H])),
    },
    { fault: 'leader-lost', ...longest(withNode, ...addressOfLostNode(timings)) },
    ...virtualAddress,
    { fault: 'dcs-server-lost', ...term('0', [0]) },
    {
      fault: 'dcs-majority-lost',
      ...(patroni.failsafe_mode
        ? { ...term('0', [0]), formula: '0 (failsafe_mode)' }
        : { formula: 'the fault + L + H', values: `the fault + ${L} + ${H}`, seconds: Infinity }),
    },
    { fault: 'none', ...term('0', [0]) },
  ]
}

type Bound = Omit<WorstCase, 'fault'>

/** Seconds until HAProxy sends clients to a member that has just become leader. */
function haproxyUpSeconds({ haproxy }: Timings): number {
  return (haproxy.downinter_ms + (haproxy.rise - 1) * haproxy.fastinter_ms) / 1000
}

/** PostgreSQL goes on without Patroni; clients notice only if HAProxy gives the leader up meanwhile. */
function patroniKilled({ haproxy, patroni }: Timings, H: number, isSynchronous: boolean): Bound {
  const start = fixed.patroniStart + patroni.restart_delay_ms / 1000
  const patience = ((haproxy.fall - 1) * haproxy.fastinter_ms) / 1000
  const without =
    patience >= start
      ? { ...term('0', [0]), formula: '0 (start <= (fall - 1) * fastinter)' }
      : term('start + H', [start, H])
  return isSynchronous ? longest(without, term('L', [patroni.loop_wait])) : without
}

function ofVirtualAddress({ keepalived }: Timings): readonly WorstCase[] {
  if (keepalived === undefined) return []
  const skew = skewSeconds(keepalived)
  const { check_interval_seconds: s, check_fall: k } = keepalived
  const t = keepalived.check_timeout_ms / 1000
  return [
    { fault: 'haproxy-killed', ...product('k * s + skew', `${k} * ${s} + ${shown(skew)}`, k * s + skew) },
    {
      fault: 'haproxy-frozen',
      ...product('k * (s + t) + skew', `${k} * (${s} + ${t}) + ${shown(skew)}`, k * (s + t) + skew),
    },
    { fault: 'keepalived-lost', ...term('release + skew', [fixed.release, skew]) },
  ]
}

/** Nobody tells the peers of a node that vanished: they wait for three adverts. */
function addressOfLostNode({ keepalived }: Timings): readonly Bound[] {
  if (keepalived === undefined) return []
  const a = keepalived.advert_seconds
  const skew = skewSeconds(keepalived)
  return [product('3 * a + skew', `3 * ${a} + ${shown(skew)}`, 3 * a + skew)]
}

/** How long a peer waits before it takes an address that is free. */
function skewSeconds({ advert_seconds: a, priority }: NonNullable<Timings['keepalived']>): number {
  return ((256 - priority) / 256) * a
}

/** The leader may hold the virtual address too: both are replaced at the same time. */
function longest(first: Bound, ...others: readonly Bound[]): Bound {
  const { seconds, formula, values } = others.reduce(
    (one, next) => (next.seconds > one.seconds ? next : one),
    first,
  )
  return { seconds, formula, values }
}

function term(formula: string, summands: readonly number[]): Bound {
  const sum = summands.reduce((total, one) => total + one, 0)
  return product(formula, summands.map(shown).join(' + '), sum)
}

function product(formula: string, values: string, seconds: number): Bound {
  return { formula, values, seconds: rounded(seconds) }
}

function shown(seconds: number): string {
  return String(rounded(seconds))
}

/** To hundredths. */
function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100
}
