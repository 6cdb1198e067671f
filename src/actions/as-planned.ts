import { disturbsMore } from '../engine/disruption.ts'
import type { Change } from '../engine/plan.ts'

/** What became of a part of a plan. */
export interface Outcome {
  /** What was really done, planned or not. */
  readonly changes: readonly Change[]
  /** What was planned, and was found to be so already when its turn came. */
  readonly alreadySo: readonly Change[]
  /** Where the two differ, as the operator reads it. */
  readonly surprises: readonly string[]
}

/**
 * Compares what was made with what was planned, of one host. An earlier step of the run `explains` why a resource is found
 * otherwise than planned: what was planned counts as done then, as the end is the same.
 */
export function asPlanned(
  planned: readonly Change[],
  made: readonly Change[],
  explains: (change: Change) => boolean,
): Outcome {
  const outcomes = planned.map((one): Outcome => {
    const done = made.find(({ resource }) => resource === one.resource)
    if (done === undefined) return explains(one) ? all([one]) : { ...nothing, alreadySo: [one] }
    if (isAlike(one, done)) return all([explains(one) ? one : done])
    return explains(one) && isNoWorse(one, done) ? all([one]) : all([done], [otherText(one, done)])
  })
  const unplanned = made.filter(({ resource }) => !planned.some((one) => one.resource === resource))
  return together([...outcomes, all(unplanned, unplanned.map(unplannedText))])
}

export function together(outcomes: readonly Outcome[]): Outcome {
  return {
    changes: outcomes.flatMap(({ changes }) => changes),
    alreadySo: outcomes.flatMap(({ alreadySo }) => alreadySo),
    surprises: outcomes.flatMap(({ surprises }) => surprises),
  }
}

const nothing: Outcome = { changes: [], alreadySo: [], surprises: [] }

function all(changes: readonly Change[], surprises: readonly string[] = []): Outcome {
  return { ...nothing, changes, surprises }
}

/** What happens and whom it disturbs; why may be told otherwise by now. */
function isAlike(one: Change, other: Change): boolean {
  return one.verb === other.verb && one.disruption === other.disruption
}

/** A package may have started what was to be started: nobody uses it yet, and its reload disturbs nobody. */
function isNoWorse(planned: Change, made: Change): boolean {
  return planned.verb === 'start' || !disturbsMore(made.disruption, planned.disruption)
}

function otherText(planned: Change, made: Change): string {
  return `${made.host} ${made.resource}: ${effectText(made)} was needed by now, and not ${effectText(planned)} as planned (${made.summary})`
}

function unplannedText(made: Change): string {
  return `${made.host} ${made.resource}: ${effectText(made)} was not planned (${made.summary})`
}

function effectText({ verb, disruption }: Change): string {
  return disruption === 'none' || disruption === verb ? verb : `${verb} [${disruption}]`
}
