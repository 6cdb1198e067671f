import type { Fault, Promised } from '../drill/faults/fault.ts'
import type { Bounds } from '../drill/judge/assess.ts'
import type { Bound } from '../drill/result.ts'
import { synchronousOf, timingsOf } from '../roles/timings.ts'
import type { SiteHost } from '../roles/site.ts'
import { type WorstCase, worstCases } from '../roles/worst-case.ts'
import type { PlannedRound } from './drill-plan.ts'

/** What a drill compares with: the formulas of `explain rto` for this inventory, and what the inventory tightens. */
export interface Expectations {
  readonly cases: readonly WorstCase[]
  readonly tightened: Readonly<Record<string, number>>
  readonly isSynchronous: boolean
  readonly ttlSeconds: number
}

export function expectationsOf(hosts: readonly SiteHost[], isSynchronous: boolean): Expectations {
  const timings = timingsOf(hosts)
  return {
    cases: worstCases(timings, isSynchronous ? (synchronousOf(hosts) ?? 'quorum') : 'off'),
    tightened: Object.assign({}, ...hosts.map(({ vars }) => vars.drill.outage_seconds)) as Record<
      string,
      number
    >,
    isSynchronous,
    ttlSeconds: timings.patroni.ttl,
  }
}

/** The longest write outage of a fault, by the formula that it is promised. */
export function boundOf(fault: Fault, expectations: Expectations): Bound {
  const promised = promisedOf(fault, expectations)
  const found = expectations.cases.find((one) => one.fault === promised)
  const { seconds, formula, values } =
    fault.victim === 'all' || found === undefined
      ? { seconds: Infinity, formula: 'nothing is promised', values: '' }
      : found
  return { seconds, formula, values, tightened: expectations.tightened[fault.id] }
}

/**
 * How long a fault stays when nobody says: longer than the bound, so that it is the cluster that brings writes back and
 * not the end of the fault; and longer than a lease, so that what is to go on without a leader's lock shows that it does.
 */
export function holdOf(fault: Fault, expectations: Expectations): number {
  const { seconds } = boundOf(fault, expectations)
  const isOfLease = /^(dcs|leader-cut|replica|sync|network|clock|patroni-kill-hold|patroni-freeze)/.test(
    fault.id,
  )
  const least = isOfLease ? expectations.ttlSeconds + 10 : 10
  return Math.ceil(Math.max(least, Number.isFinite(seconds) ? seconds + 8 : 0))
}

// What the clients add: a new connection is tried four times a second, and a login takes a moment.
const toleranceMs = 500

export function boundsOf({ fault, expect }: PlannedRound, bound: Bound, expectations: Expectations): Bounds {
  const seconds = expect.outage ?? Math.min(bound.seconds, bound.tightened ?? Infinity)
  return {
    ...{ outageMs: seconds * 1000, toleranceMs, redundancyMs: fault.redundancySeconds * 1000 },
    isSynchronous: expectations.isSynchronous,
    lossWindowMs: fault.lossWindowMs,
    mayMove: expect.moves ?? fault.mayMove,
    // Two announce themselves for as long as a new holder's adverts take to reach the old one, at most a second here.
    vipTwoMs: fault.inside ? Infinity : 1_000,
  }
}

function promisedOf({ promised, promisedSync }: Fault, { isSynchronous }: Expectations): Promised {
  return isSynchronous ? (promisedSync ?? promised) : promised
}
