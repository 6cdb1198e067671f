import { groupBy } from '../group.ts'
import type { Attempt, Read } from '../log.ts'

/** How old what the replicas' port shows is. */
export interface Reads {
  readonly count: number
  readonly staleMaxMs: number
  readonly staleP99Ms: number
  /** Reads of one connection that saw less than the one before. */
  readonly wentBack: number
  /** Reads that a primary answered: a connection that stayed while its node was promoted. */
  readonly onPrimary: number
  /** The longest time without an answer. */
  readonly outageMs: number
}

/** `attempts`: those of the writer whose numbers the readers look for. */
export function readsOf(
  reads: readonly Read[],
  attempts: readonly Attempt[],
  fromMs: number,
  toMs: number,
): Reads {
  const acks = attempts.filter(({ outcome }) => outcome === 'ok').toSorted((a, b) => a.seq - b.seq)
  const ages = reads.map((read) => staleness(read, acks)).toSorted((a, b) => a - b)
  const sessions = [...groupBy(reads, ({ session }) => session).values()]
  const times = reads.map(({ endedMs }) => endedMs).filter((time) => time > fromMs && time < toMs)
  const points = [fromMs, ...times.toSorted((a, b) => a - b), toMs]
  return {
    count: reads.length,
    staleMaxMs: ages.at(-1) ?? 0,
    staleP99Ms: ages[Math.floor(ages.length * 0.99)] ?? 0,
    wentBack: sessions.reduce((sum, of) => sum + backwards(of), 0),
    onPrimary: reads.filter(({ inRecovery }) => !inRecovery).length,
    outageMs: Math.max(0, ...points.slice(1).map((time, index) => time - (points[index] ?? time))),
  }
}

/** Since when something was acknowledged that the read did not see; 0 when it saw all. */
function staleness({ beganMs, seen }: Read, acks: readonly Attempt[]): number {
  let [low, high] = [0, acks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((acks[middle]?.seq ?? 0) > seen) high = middle
    else low = middle + 1
  }
  const missed = acks[low]
  return missed === undefined ? 0 : Math.max(0, beganMs - missed.endedMs)
}

function backwards(reads: readonly Read[]): number {
  const sorted = reads.toSorted((a, b) => a.endedMs - b.endedMs)
  return sorted.filter(({ seen }, index) => seen < (sorted[index - 1]?.seen ?? seen)).length
}
