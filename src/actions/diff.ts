import type { Plan } from '../engine/plan.ts'
import { leftOver, tellOf } from './left-over.ts'
import type { RunOptions } from './options.ts'
import { refuseWrongNodes } from './preflight.ts'
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
    tellOf(leftOver(nodes), false, options.emit)
    return await planNodes(nodes, options.forks)
  } finally {
    await closeAll(reached)
  }
}
