import { setTimeout as sleep } from 'node:timers/promises'

import { runChecks } from '../cluster/checks/index.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { unfitness } from '../cluster/fitness.ts'
import { memberStatuses } from '../cluster/members.ts'
import { messageOf } from '../shared/errors.ts'

// How often to look: a twentieth of the time that it has taken already, as precise as anybody wants to know it.
const lookMs = { least: 500, most: 3_000, share: 0.05 }

/** When the cluster was proved to be whole, or what was still missing when the time was up. */
export type Whole = { readonly atMs: number } | { readonly missing: string }

/**
 * Waits until every check of `pgha verify` holds: one leader, all stream, one timeline, the DCS whole, HAProxy's routes, one
 * holder of the VIP, and a row written through the VIP read back on every member. Patroni's own view is no proof: it says
 * "healthy" while writes are still refused (research/reliability.md 0.2).
 */
export async function untilWhole(
  cluster: Cluster,
  seconds: number,
  tell: (text: string) => void,
  signal?: AbortSignal,
): Promise<Whole> {
  const startMs = performance.now()
  const deadline = startMs + seconds * 1000
  for (;;) {
    const missing = await missingOf(cluster)
    if (missing === undefined) return { atMs: performance.now() }
    if (performance.now() > deadline || signal?.aborted === true) return { missing }
    tell(`waiting for redundancy: ${missing}`)
    const due = (performance.now() - startMs) * lookMs.share
    await sleep(Math.min(Math.max(lookMs.least, due), lookMs.most))
  }
}

// Every check costs the nodes processor time in the very moments that are measured: first what Patroni says, which is not
// enough to be whole, but enough not to be.
async function missingOf(cluster: Cluster): Promise<string | undefined> {
  try {
    const reasons = unfitness(await memberStatuses(cluster))
    if (reasons.length > 0) return reasons.join('; ')
    const failed = (await runChecks(cluster)).filter(({ ok }) => !ok)
    return failed.length === 0
      ? undefined
      : failed.map(({ check, summary }) => `${check}: ${summary}`).join('; ')
  } catch (thrown) {
    return messageOf(thrown)
  }
}
