import { type DrillResult, type Trial, verdictOf } from '../drill/result.ts'

/** All rounds of one fault, as a line of a table. */
export interface FaultRow {
  readonly fault: string
  readonly what: string
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'not tested'
  /** Rounds that were measured, of those that were meant to be. */
  readonly measured: number
  readonly rounds: number
  readonly medianMs: number
  readonly worstMs: number
  readonly formula: string
  /** The bound in s; Infinity when nothing is promised. */
  readonly boundSeconds: number
  readonly acknowledged: number
  readonly lostVip: number
  readonly lostInside: number
  readonly splitAcks: number
  readonly redundancyWorstMs: number
  /** Reasons and notes, each once, with the rounds that they are about. */
  readonly remarks: readonly string[]
  readonly trials: readonly Trial[]
}

const order = ['fail', 'inconclusive', 'pass', 'not tested'] as const

export function faultRows({ trials }: Pick<DrillResult, 'trials'>): readonly FaultRow[] {
  const ids = [...new Set(trials.map(({ fault }) => fault))]
  return ids.map((id) => rowOf(trials.filter(({ fault }) => fault === id)))
}

/** The worst of all rounds: what failed once has failed. A drill without a measured round has shown nothing. */
export function overall(result: Pick<DrillResult, 'trials' | 'endedEarly'>): FaultRow['verdict'] {
  const verdicts = result.trials.map(verdictOf)
  const worst = order.find((verdict) => verdicts.includes(verdict)) ?? 'not tested'
  return worst === 'pass' && result.endedEarly !== undefined ? 'inconclusive' : worst
}

function rowOf(trials: readonly Trial[]): FaultRow {
  const [first] = trials
  if (first === undefined) throw new Error('a fault without rounds')
  const figures = trials.flatMap(({ rounded }) => (rounded.kind === 'measured' ? [rounded.figures] : []))
  const sum = (of: (one: (typeof figures)[number]) => number) =>
    figures.reduce((total, one) => total + of(one), 0)
  const outages = figures.map(({ outage }) => outage.longestMs).toSorted((a, b) => a - b)
  const verdicts = trials.map(verdictOf)
  const { bound } = first
  return {
    ...{ fault: first.fault, what: first.what, trials, rounds: trials.length, measured: figures.length },
    verdict: order.find((verdict) => verdicts.includes(verdict)) ?? 'not tested',
    medianMs: outages[Math.floor((outages.length - 1) / 2)] ?? 0,
    worstMs: outages.at(-1) ?? 0,
    formula: bound.formula,
    boundSeconds: Math.min(bound.seconds, bound.tightened ?? Infinity),
    acknowledged: sum(({ fate }) => fate.acknowledged),
    lostVip: sum(({ fate }) => fate.lost.vip.count),
    lostInside: sum(({ fate }) => fate.lost.inside.count),
    splitAcks: sum(({ split }) => split.acksVip + split.acksInside),
    redundancyWorstMs: Math.max(0, ...figures.map(({ redundancyMs }) => redundancyMs ?? Infinity)),
    remarks: [...new Set(trials.flatMap((trial) => remarksOf(trial, trials.length)))],
  }
}

function remarksOf({ rounded, assessment, round }: Trial, rounds: number): readonly string[] {
  if (rounded.kind === 'not tested') return [`not tested: ${rounded.reason}`]
  const which = rounds > 1 ? `round ${round}: ` : ''
  if (rounded.kind === 'broken') return [`${which}could not be judged: ${rounded.reason}`]
  return [...(assessment?.reasons ?? []), ...(assessment?.notes ?? [])].map((one) => `${which}${one}`)
}

/** `2.31 s`; `-` for nothing, `never` for what had no end. */
export function secondsText(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : 'never'
}

export function boundText({ boundSeconds, formula }: FaultRow): string {
  return Number.isFinite(boundSeconds) ? `${boundSeconds} s = ${formula}` : formula
}

/** The seed, or those of all parts of a result that was put together. */
export function seedText({ seed }: DrillResult): string {
  return [seed].flat().join(', ')
}
