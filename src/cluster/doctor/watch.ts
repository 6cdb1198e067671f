import { diagnose } from './diagnose.ts'
import type { Finding } from './finding.ts'
import type { Cluster } from '../cluster.ts'

// Longer apart than what counts as said just now, so that one line is not seen twice.
const firstMs = 10_000
const intervalMs = 25_000

/**
 * Looks for causes now and then while somebody waits for `unit`. Gives those that were there twice and do not go away by
 * themselves: there is no point in waiting on.
 */
export function watchFor(unit: string, cluster: Cluster): (waitedMs: number) => Promise<readonly Finding[]> {
  let nextMs = firstMs
  let before: readonly Finding[] = []
  return async (waitedMs) => {
    if (waitedMs < nextMs) return []
    nextMs = waitedMs + intervalMs
    const now = (await diagnose(cluster)).filter((one) => one.lasting && one.unit === unit)
    const stayed = now.filter(({ cause, host }) =>
      before.some((one) => one.cause === cause && one.host === host),
    )
    before = now
    return stayed
  }
}
