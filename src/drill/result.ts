import type { Assessment, Bounds } from './judge/assess.ts'
import type { Rounded } from './round.ts'

/** What the formulas say about a fault, as `pgha explain rto` prints it. */
export interface Bound {
  readonly seconds: number
  readonly formula: string
  readonly values: string
  /** Of the inventory, where it is tighter than the formula. */
  readonly tightened: number | undefined
}

/** One round of one fault, with what was expected and what came. */
export interface Trial {
  readonly fault: string
  readonly what: string
  /** From 1. */
  readonly round: number
  readonly holdSeconds: number
  readonly bound: Bound
  readonly bounds: Bounds | undefined
  readonly rounded: Rounded
  /** Undefined when there is nothing to assess. */
  readonly assessment: Assessment | undefined
}

/** A drill as far as it has come. */
export interface DrillResult {
  readonly runId: string
  readonly scope: string
  /** What tells it from others in one report: the scope, unless the operator says otherwise. */
  readonly label: string
  readonly startedAt: string
  readonly endedAt: string
  /** Of each part, where results of several drills are put together. */
  readonly seed: number | readonly number[]
  /** False while it runs, and when it was stopped. */
  readonly finished: boolean
  /** Why it ended before its plan did. */
  readonly endedEarly: string | undefined
  readonly replication: 'asynchronous' | 'synchronous'
  readonly settings: Readonly<Record<string, string | number | boolean>>
  /** Of the inventory of this cluster without secrets. */
  readonly configuration: string
  readonly machine: { readonly cpus: number; readonly memoryGb: number; readonly node: string }
  readonly nodes: readonly { readonly host: string; readonly versions: readonly string[] }[]
  readonly writers: number
  readonly trials: readonly Trial[]
}

/** The trials that pass no judgement are neither passed nor failed: `not tested`. */
export function verdictOf({ rounded, assessment }: Trial): 'pass' | 'fail' | 'inconclusive' | 'not tested' {
  if (rounded.kind === 'not tested') return 'not tested'
  return assessment?.verdict ?? 'fail'
}
