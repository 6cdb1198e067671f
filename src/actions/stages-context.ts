import type { Cluster } from '../cluster/cluster.ts'
import type { Change, Plan } from '../engine/plan.ts'
import type { RunJournal } from '../engine/run-journal.ts'
import type { RunOptions } from './options.ts'
import type { Stage } from './stage.ts'
import type { SurveyedNode } from './survey.ts'

/** What the stages of a run work on. */
export interface StagesContext {
  readonly nodes: readonly SurveyedNode[]
  readonly plan: Plan
  readonly cluster: Cluster
  readonly runId: string
  readonly options: RunOptions
  readonly journal: RunJournal
}

/** The part of a plan that has its turn on a node in this stage. */
export function plannedOn(node: SurveyedNode, stage: Stage, plan: Plan): readonly Change[] {
  const ids = new Set(node.resources.filter(stage.has).map(({ id }) => id))
  return plan.changes.filter(({ host, resource }) => host === node.host.name && ids.has(resource))
}
