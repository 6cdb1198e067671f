import { runChecks } from '../cluster/checks/index.ts'
import type { CheckResult } from '../cluster/checks/check.ts'
import { clusterOf } from './cluster-of.ts'
import type { RunOptions } from './options.ts'
import { closeAll, reach } from './reach.ts'
import { openSite } from './site.ts'

/** Proves the cluster by asking it. A node that cannot be reached is a finding, not the end. */
export async function verify(options: RunOptions): Promise<readonly CheckResult[]> {
  const site = openSite(options, { onlyLooks: true })
  const reached = await reach(site, options, false)
  try {
    const { failures, connections } = reached
    const nodes: CheckResult = {
      check: 'nodes reachable',
      ok: failures.length === 0,
      summary: [
        `${connections.size} of ${site.selected.length} over SSH`,
        ...failures.map((failure) => failure.message),
      ].join('; '),
      figures: { reachable: connections.size, nodes: site.selected.length },
    }
    if (connections.size === 0) return [nodes]
    return [nodes, ...(await runChecks(clusterOf(site, reached)))]
  } finally {
    await closeAll(reached)
  }
}
