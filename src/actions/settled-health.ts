import type { Check, CheckResult } from '../cluster/checks/check.ts'
import { checks, runChecks } from '../cluster/checks/index.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { type Look, waitFor } from '../shared/retry.ts'

// What members tell the DCS is up to a loop_wait old, and HAProxy needs a check or two: a change settles first.
const settleMs = 20_000

/** The checks of a cluster that has just been changed; those that fail are repeated for a while. */
export async function settledHealth(
  cluster: Cluster,
  wanted: readonly Check[] = checks,
): Promise<readonly CheckResult[]> {
  let results: readonly CheckResult[] = []
  const look = async (): Promise<Look<true>> => {
    results = await runChecks(cluster, wanted)
    return results.every(({ ok }) => ok) ? { done: true, value: true } : { done: false, waitingFor: 'health' }
  }
  await waitFor(look, { timeoutMs: settleMs, intervalMs: 500 })
  return results
}
