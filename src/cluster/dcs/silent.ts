import type { Cluster, Node } from '../cluster.ts'
import type { Dcs, DcsFault } from './dcs.ts'

/** Those of `servers` that know no leader, and why. */
export async function silentAmong(
  servers: readonly Node[],
  cluster: Cluster,
  leaderSeenBy: Dcs['leaderSeenBy'],
): Promise<readonly DcsFault[]> {
  const answers = await Promise.all(servers.map((node) => leaderSeenBy(cluster, node)))
  return servers.flatMap(({ host }, index) => {
    const answer = answers[index]
    return answer !== undefined && 'reason' in answer ? [{ host, why: answer.reason }] : []
  })
}
