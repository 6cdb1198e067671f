import { worstOf } from '../engine/disruption.ts'
import { onEach } from '../engine/fleet.ts'
import type { Change, Plan } from '../engine/plan.ts'
import { PghaError } from '../shared/errors.ts'
import { readBackups } from './backups.ts'
import { clusterOf } from './cluster-of.ts'
import type { RunOptions } from './options.ts'
import { refuseWrongNodes } from './preflight.ts'
import { closeAll, reachAll } from './reach.ts'
import { recordedPlan } from './recorded-plan.ts'
import { refuseDisruption } from './refuse-disruption.ts'
import { restored } from './restored.ts'
import { newRunId } from './run-id.ts'
import { runStages } from './run-stages.ts'
import { openSite } from './site.ts'
import { planOf, probeNodes, survey, type SurveyedNode } from './survey.ts'

export interface RollbackOptions extends RunOptions {
  /** The run whose files are put back. */
  readonly run: string
  /** Files that the run made are removed; else they are only named. */
  readonly removeCreated: boolean
  readonly dryRun: boolean
  /** Asked with a plan that is not empty; false: nothing is done. */
  readonly confirm: (plan: Plan) => Promise<boolean>
}

export interface RolledBack {
  readonly runId: string
  readonly plan: Plan
  /** Undefined after a dry run, and when the operator said no. */
  readonly changes: readonly Change[] | undefined
  /** Planned, and found to be so already when its turn came: not done. */
  readonly alreadySo: readonly Change[]
  /** Files that the run had made and that stay, as `n1 /etc/x`. */
  readonly created: readonly string[]
}

/** Puts the files of a run back as they were before it: planned, checked and reloaded as in any apply. */
export async function rollback(options: RollbackOptions): Promise<RolledBack> {
  const site = openSite(options)
  const reached = await reachAll(site, options, !options.dryRun)
  const runId = newRunId()
  try {
    const surveyed = await survey(site, reached, options)
    refuseWrongNodes(surveyed, options.emit)
    const { nodes, created } = await asBefore(surveyed, options)
    const plan = planOf(await probeNodes(nodes, options.forks))
    refuseDisruption(worstOf(plan.changes.map(({ disruption }) => disruption)), options.maxDisruption)
    const nothing = { runId, plan, created, alreadySo: [] }
    if (options.dryRun) return { ...nothing, changes: undefined }
    if (plan.changes.length === 0) return { ...nothing, changes: [] }
    if (!(await options.confirm(plan))) return { ...nothing, changes: undefined }
    const cluster = clusterOf(site, reached)
    options.stop?.defer()
    const { changes, alreadySo } = await recordedPlan({ runId, site, nodes, plan, options }, (journal) =>
      runStages({ nodes, plan, cluster, runId, options, journal }),
    )
    return { ...nothing, changes, alreadySo }
  } finally {
    await closeAll(reached)
  }
}

interface Before {
  readonly nodes: readonly SurveyedNode[]
  readonly created: readonly string[]
}

/** The nodes that the run had changed, wanting what they had before. */
async function asBefore(surveyed: readonly SurveyedNode[], options: RollbackOptions): Promise<Before> {
  const found = await onEach(surveyed, options.forks, async (node) => {
    const replaced = await readBackups(node.connection, options.run)
    if (replaced === undefined) return []
    const removed = options.removeCreated ? replaced.created : []
    const resources = restored(node.resources, replaced.backups, removed)
    const left = options.removeCreated ? [] : replaced.created
    return [{ node: { ...node, resources }, created: left.map((path) => `${node.host.name} ${path}`) }]
  })
  const changed = found.flat()
  if (changed.length === 0) {
    throw new PghaError('input', `no node knows of a run ${options.run}`, { hint: 'see pgha history' })
  }
  return { nodes: changed.map(({ node }) => node), created: changed.flatMap(({ created }) => created) }
}
