import type { Figures } from './verdict.ts'

/** What must hold in a round. */
export interface Bounds {
  /** The longest write outage, in ms; Infinity when nothing promises one. */
  readonly outageMs: number
  /** What the client and the machine add to what the formulas say, in ms. */
  readonly toleranceMs: number
  readonly redundancyMs: number
  /** Commits wait for a standby: then nothing that was acknowledged may be lost, wherever. */
  readonly isSynchronous: boolean
  /** With asynchronous replication: how much may be lost through the VIP, in ms of acknowledgements. */
  readonly lossWindowMs: number
  /** Whether the leadership may move. */
  readonly mayMove: boolean
  /** Two holders of the VIP for longer than this are a fault of their own, in ms. */
  readonly vipTwoMs: number
}

export interface Assessment {
  /** `inconclusive`: the machine is too noisy to tell; neither passed nor failed. */
  readonly verdict: 'pass' | 'fail' | 'inconclusive'
  /** Why not passed; empty otherwise. */
  readonly reasons: readonly string[]
  /** What is no failure by this cluster's settings, but has to be known. */
  readonly notes: readonly string[]
}

/** Gaps of a quiet cluster above this say that the figures are those of the machine (research/reliability.md 3.3). */
const quietMs = 500

/** Safety first: what was lost or split is a failure however noisy the machine is. */
export function assess(figures: Figures, bounds: Bounds): Assessment {
  const unsafe = unsafety(figures, bounds)
  const slow = slowness(figures, bounds)
  const notes = notesOn(figures, bounds)
  if (unsafe.length > 0) return { verdict: 'fail', reasons: [...unsafe, ...slow], notes }
  const { baselineMs } = figures.outage
  if (baselineMs > quietMs) {
    const noise = `without any fault there was a gap of ${Math.round(baselineMs)} ms; more than ${quietMs} ms is noise`
    return { verdict: 'inconclusive', reasons: [noise, ...slow], notes }
  }
  return { verdict: slow.length > 0 ? 'fail' : 'pass', reasons: slow, notes }
}

function unsafety(figures: Figures, bounds: Bounds): readonly string[] {
  const { fate, split, outage, redundancyMs } = figures
  const { vip, inside } = fate.lost
  const isLossAllowed =
    !bounds.isSynchronous && vip.windowMs <= bounds.lossWindowMs && bounds.lossWindowMs > 0
  return [
    ...(vip.count > 0 && !isLossAllowed ? [`${vip.count} acknowledged writes lost through the VIP`] : []),
    ...(inside.count > 0 && bounds.isSynchronous
      ? [`${inside.count} acknowledged writes lost inside, with synchronous replication`]
      : []),
    ...(split.acksVip > 0 ? [`split brain: ${split.acksVip} acknowledged on an old timeline`] : []),
    ...(split.acksInside > 0 && bounds.isSynchronous
      ? [`split brain inside: ${split.acksInside} acknowledged on an old timeline`]
      : []),
    ...(fate.phantom > 0
      ? [`${fate.phantom} definite failures are there: the drill misjudges errors, nothing it says counts`]
      : []),
    ...(fate.duplicates > 0 ? [`${fate.duplicates} rows are there twice`] : []),
    ...(fate.divergent.length > 0 ? [`members do not have the same rows: ${fate.divergent.join(', ')}`] : []),
    ...(figures.registerDrops > 0 && !isLossAllowed
      ? [`an acknowledged value went back ${figures.registerDrops} times`]
      : []),
    ...(outage.recovered ? [] : ['writes did not come back']),
    ...(redundancyMs === undefined ? ['the cluster did not become whole again'] : []),
  ]
}

function slowness({ outage, redundancyMs, timelines, vip }: Figures, bounds: Bounds): readonly string[] {
  const allowed = bounds.outageMs + bounds.toleranceMs + outage.baselineMs
  const [first = 0, last = 0] = timelines ?? []
  return [
    ...(outage.longestMs > allowed
      ? [`no writes for ${seconds(outage.longestMs)}, the bound is ${seconds(allowed)}`]
      : []),
    ...(redundancyMs !== undefined && redundancyMs > bounds.redundancyMs
      ? [`whole again after ${seconds(redundancyMs)}, the bound is ${seconds(bounds.redundancyMs)}`]
      : []),
    ...(last > first && !bounds.mayMove
      ? ['the leadership moved, which this fault should not bring about']
      : []),
    ...(vip.twoMs > bounds.vipTwoMs ? [`two nodes had the VIP for ${seconds(vip.twoMs)}`] : []),
  ]
}

function notesOn({ fate, split, reads }: Figures, bounds: Bounds): readonly string[] {
  const { vip, inside } = fate.lost
  const isAsynchronous = !bounds.isSynchronous
  return [
    ...(isAsynchronous && vip.count > 0
      ? [
          `asynchronous: ${vip.count} acknowledged writes lost through the VIP, within ${seconds(vip.windowMs)}`,
        ]
      : []),
    ...(isAsynchronous && inside.count > 0
      ? [`asynchronous: ${inside.count} acknowledged writes lost inside, within ${seconds(inside.windowMs)}`]
      : []),
    ...(isAsynchronous && split.acksInside > 0
      ? [`the old leader acknowledged ${split.acksInside} writes of clients that came to it directly`]
      : []),
    ...(split.answerMs > 0 ? [`two members answered as writable for ${seconds(split.answerMs)}`] : []),
    ...(fate.unknownPresent > 0
      ? [`${fate.unknownPresent} of ${fate.unknown} writes without an answer are there`]
      : []),
    ...(reads.wentBack > 0 ? [`${reads.wentBack} reads of a replica went back in time`] : []),
  ]
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
