import { worstOf } from '../engine/disruption.ts'
import type { Plan } from '../engine/plan.ts'
import { leftOver, tellOf } from './left-over.ts'
import type { RunOptions } from './options.ts'
import { refuseDisruption } from './refuse-disruption.ts'
import { openSite } from './site.ts'
import { contact, leaveAlone, seen } from './sight.ts'

/** What apply would change. Reads the nodes, changes nothing, takes no lock. */
export async function diff(options: RunOptions): Promise<Plan> {
  const site = openSite(options)
  const reached = await contact(site, options, false)
  try {
    const { nodes, plan } = await seen(site, reached, options)
    tellOf(leftOver(nodes), false, options.emit)
    refuseDisruption(worstOf(plan.changes.map(({ disruption }) => disruption)), options.maxDisruption)
    return plan
  } finally {
    await leaveAlone(reached)
  }
}
