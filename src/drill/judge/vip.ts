import { groupBy } from '../group.ts'
import type { VipSample } from '../log.ts'

/** Who had the virtual address, as the nodes say themselves. */
export interface VipFound {
  /** The longest time in which no node said that it has it; a node that is gone says nothing. */
  readonly noneMs: number
  /** The longest time in which two said so. */
  readonly twoMs: number
}

const tickMs = 100
// A sample counts until the next one is due, and some.
const validMs = 700

/** Between `fromMs` and `toMs`. Nodes are asked a few times a second: shorter than that nothing is seen. */
export function vipFound(samples: readonly VipSample[], fromMs: number, toMs: number): VipFound {
  if (samples.length === 0) return { noneMs: 0, twoMs: 0 }
  const byHost = groupBy(
    samples.toSorted((a, b) => a.endedMs - b.endedMs),
    ({ host }) => host,
  )
  let [none, two, longestNone, longestTwo] = [0, 0, 0, 0]
  for (let tick = fromMs; tick < toMs; tick += tickMs) {
    const holders = [...byHost.values()].filter((of) => holdsAt(of, tick)).length
    none = holders === 0 ? none + tickMs : 0
    two = holders > 1 ? two + tickMs : 0
    longestNone = Math.max(longestNone, none)
    longestTwo = Math.max(longestTwo, two)
  }
  return { noneMs: longestNone, twoMs: longestTwo }
}

function holdsAt(samples: readonly VipSample[], timeMs: number): boolean {
  const last = samples.findLast(({ endedMs }) => endedMs <= timeMs)
  return last?.holds === true && timeMs - last.endedMs <= validMs
}
