import type { RoundLog } from '../log.ts'
import { type Outage, outageOf } from './outage.ts'
import { type Reads, readsOf } from './reads.ts'
import { type Split, splitOf } from './split.ts'
import { type VipFound, vipFound } from './vip.ts'
import { type Fate, fateOf, registerDrops } from './writes.ts'

/** What happened in a round: figures only, no opinion. */
export interface Figures {
  readonly fate: Fate
  readonly registerDrops: number
  readonly outage: Outage
  readonly split: Split
  readonly vip: VipFound
  readonly reads: Reads
  /** From the heal to the proof that the cluster is whole; undefined when it never was. */
  readonly redundancyMs: number | undefined
  /** Rows carry the timelines on which they were written: first and last. */
  readonly timelines: readonly [number, number] | undefined
}

/** The writer whose numbers the readers look for. */
export const watchedWriter = 'writer-1'

/** Pure: the same log gives the same figures. Throws when the leader's rows are not in it. */
export function figuresOf(log: RoundLog): Figures {
  const { attempts, injectedMs, healedMs, wholeMs, endedMs } = log
  const watched = attempts.filter(({ client }) => client === watchedWriter)
  const timelines = attempts.flatMap(({ outcome, timeline }) => (outcome === 'ok' ? (timeline ?? []) : []))
  return {
    fate: fateOf(attempts, log.members),
    registerDrops: registerDrops(log.registers),
    outage: outageOf(log),
    split: splitOf(attempts, log.states, log.clockMarginMs),
    vip: vipFound(log.vip, injectedMs, endedMs),
    reads: readsOf(log.reads, watched, injectedMs, endedMs),
    redundancyMs: wholeMs === undefined ? undefined : Math.max(0, wholeMs - healedMs),
    timelines: timelines.length === 0 ? undefined : [min(timelines), max(timelines)],
  }
}

// Spread would overflow the stack with the writes of a long round.
function min(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Infinity)
}

function max(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), -Infinity)
}
