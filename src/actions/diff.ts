import { worstOf } from '../engine/disruption.ts'
import type { Plan } from '../engine/plan.ts'
import { leftOver, tellOf } from './left-over.ts'
import type { RunOptions } from './options.ts'
import { refuseOldPatroni } from './patroni-version.ts'
import { refuseWrongNodes } from './preflight.ts'
import { refuseDisruption } from './refuse-disruption.ts'
import { closeAll, reachAll } from './reach.ts'
import { openSite } from './site.ts'
import { planNodes, survey } from './survey.ts'

/** What apply would change. Reads the nodes, changes nothing, takes no lock. */
export async function diff(options: RunOptions): Promise<Plan> {
  const site = openSite(options)
  const reached = await reachAll(site, options, false)
  try {
    const nodes = await survey(site, reached, options)
    refuseWrongNodes(nodes, options.emit)
    await refuseOldPatroni(nodes)
    tellOf(leftOver(nodes), false, options.emit)
    const plan = await planNodes(nodes, options.forks)
    refuseDisruption(worstOf(plan.changes.map(({ disruption }) => disruption)), options.maxDisruption)
    return plan
  } finally {
    await closeAll(reached)
  }
}
