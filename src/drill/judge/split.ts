import { groupBy } from '../group.ts'
import type { Attempt, StateSample } from '../log.ts'

/** Two members that both took writes. */
export interface Split {
  /** Acknowledgements through the VIP on an older timeline than one that had been acknowledged before: decisive. */
  readonly acksVip: number
  /** The same of the writers inside the fault's node. */
  readonly acksInside: number
  /** Two members answered "I take writes" within half a second: they might have done harm. */
  readonly answerMs: number
  /** Two members would have taken writes; a frozen one counts here, although it can do no harm. */
  readonly stateMs: number
}

const bucketMs = 500

/** `marginMs`: how far the times of the writers inside may be off. */
export function splitOf(
  attempts: readonly Attempt[],
  states: readonly StateSample[],
  marginMs: number,
): Split {
  const stale = staleAcks(attempts, marginMs)
  return {
    acksVip: stale.filter(({ way }) => way === 'vip').length,
    acksInside: stale.filter(({ way }) => way === 'inside').length,
    answerMs: answeredTwice(states),
    stateMs: overlapMs(writableSpans(states)),
  }
}

/** Writes that began after a newer timeline had been acknowledged, and were acknowledged on an older one. */
function staleAcks(attempts: readonly Attempt[], marginMs: number): readonly Attempt[] {
  const acks = attempts.filter(({ outcome }) => outcome === 'ok')
  const firsts = new Map<number, number>()
  for (const { timeline, endedMs } of acks) {
    if (timeline === undefined) continue
    firsts.set(timeline, Math.min(firsts.get(timeline) ?? Infinity, endedMs))
  }
  const newer = (timeline: number) =>
    Math.min(Infinity, ...[...firsts].filter(([other]) => other > timeline).map(([, first]) => first))
  return acks.filter(({ timeline, beganMs, way }) => {
    if (timeline === undefined) return false
    return beganMs > newer(timeline) + (way === 'inside' ? marginMs : 0)
  })
}

function answeredTwice(states: readonly StateSample[]): number {
  const buckets = new Map<number, Set<string>>()
  for (const { member, endedMs, state } of states) {
    if (state !== 'writable') continue
    const bucket = Math.floor(endedMs / bucketMs)
    buckets.set(bucket, (buckets.get(bucket) ?? new Set()).add(member))
  }
  return [...buckets.values()].filter((members) => members.size > 1).length * bucketMs
}

interface Span {
  readonly member: string
  readonly fromMs: number
  readonly toMs: number
}

/** Between two writable answers of the same PostgreSQL there was no demotion, for that restarts it. */
function writableSpans(states: readonly StateSample[]): readonly Span[] {
  const members = [...new Set(states.map(({ member }) => member))]
  return members.flatMap((member) => {
    const writable = states
      .filter((one) => one.member === member && one.state === 'writable')
      .toSorted((a, b) => a.endedMs - b.endedMs)
    return [...groupBy(writable, ({ startedAt }) => startedAt).values()].flatMap((of) => {
      const [first, last] = [of[0], of.at(-1)]
      if (first === undefined || last === undefined) return []
      return [{ member, fromMs: first.endedMs, toMs: last.beganMs }]
    })
  })
}

function overlapMs(spans: readonly Span[]): number {
  const overlaps = spans.flatMap((one, index) =>
    spans
      .slice(index + 1)
      .filter(({ member }) => member !== one.member)
      .map((other) => Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs)),
  )
  return Math.max(0, ...overlaps)
}
