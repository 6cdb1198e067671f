import { messageOf } from '../../shared/errors.ts'
import type { Cluster } from '../cluster.ts'
import type { Check, CheckResult } from './check.ts'
import { dcsQuorum } from './dcs-quorum.ts'
import { haproxyRoutes } from './haproxy-routes.ts'
import { markerRow } from './marker-row.ts'
import { membersStream, oneTimeline } from './members-stream.ts'
import { oneLeader } from './one-leader.ts'
import { synchronousStandbys } from './synchronous-standbys.ts'
import { vipHeldOnceCheck } from './vip-held-once.ts'

/** What a healthy cluster is, claim by claim. */
export const checks: readonly Check[] = [
  oneLeader,
  membersStream,
  oneTimeline,
  synchronousStandbys,
  dcsQuorum,
  haproxyRoutes,
  vipHeldOnceCheck,
  markerRow,
]

/** Runs checks side by side; one that cannot be made counts as failed, with the reason. */
export async function runChecks(
  cluster: Cluster,
  wanted: readonly Check[] = checks,
): Promise<readonly CheckResult[]> {
  return Promise.all(
    wanted.map(async (check) => {
      try {
        return { check: check.name, ...(await check.run(cluster)) }
      } catch (thrown) {
        return { check: check.name, ok: false, summary: messageOf(thrown), figures: {} }
      }
    }),
  )
}
