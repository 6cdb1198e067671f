import type { CheckResult } from '../cluster/checks/check.ts'
import { worstOf } from '../engine/disruption.ts'
import type { Change, Plan } from '../engine/plan.ts'
import { refuseFragileDcs } from './fit-dcs.ts'
import { closeLeftOver, leftOver, tellOf } from './left-over.ts'
import type { RunOptions } from './options.ts'
import { recordedPlan } from './recorded-plan.ts'
import { refuseDisruption } from './refuse-disruption.ts'
import { refuseUnfit } from './refuse-unfit.ts'
import { newRunId } from './run-id.ts'
import { runStages } from './run-stages.ts'
import { settledHealth } from './settled-health.ts'
import { contact, leaveAlone, seen } from './sight.ts'
import { openSite } from './site.ts'

export interface ApplyOptions extends RunOptions {
  /** Asked with a plan that is not empty; false: nothing is done. */
  readonly confirm: (plan: Plan) => Promise<boolean>
}

export interface Applied {
  readonly runId: string
  readonly plan: Plan
  /** Undefined when the operator said no. */
  readonly changes: readonly Change[] | undefined
  /** Planned, and found to be so already when its turn came: not done. */
  readonly alreadySo: readonly Change[]
  /** Checks of the cluster after a run that changed something and was not narrowed down; else empty. */
  readonly health: readonly CheckResult[]
}

/** Makes the nodes what the inventory says: plans, asks, changes stage by stage, and checks the cluster. */
export async function apply(options: ApplyOptions): Promise<Applied> {
  const site = openSite(options)
  const reached = await contact(site, options, true)
  const runId = newRunId()
  options.emit({ kind: 'run-start', runId, command: options.command })
  try {
    const { nodes, plan, cluster } = await seen(site, reached, options)
    const nothing = { runId, plan, alreadySo: [], health: [] }
    const left = leftOver(nodes)
    tellOf(left, true, options.emit)
    if (plan.changes.length === 0) {
      if (isWhole(options)) await closeLeftOver(left, runId)
      return { ...nothing, changes: [] }
    }
    refuseDisruption(worstOf(plan.changes.map(({ disruption }) => disruption)), options.maxDisruption)
    await refuseUnfit({ plan, cluster })
    await refuseFragileDcs({ plan, cluster })
    if (!(await options.confirm(plan))) return { ...nothing, changes: undefined }
    options.stop?.defer()
    const { changes, alreadySo } = await recordedPlan({ runId, site, nodes, plan, options }, (journal) =>
      runStages({ nodes, plan, cluster, runId, options, journal }),
    )
    if (isWhole(options)) await closeLeftOver(left, runId)
    const health = isWhole(options) ? await settledHealth(cluster) : []
    return { runId, plan, changes, alreadySo, health }
  } finally {
    await leaveAlone(reached)
  }
}

/** A run of some hosts or roles may leave a cluster that is not there yet: its health is asked for with verify. */
function isWhole({ limit, tags, skipTags, skipUnreachable }: RunOptions): boolean {
  return limit === undefined && tags.length + skipTags.length + skipUnreachable.length === 0
}
