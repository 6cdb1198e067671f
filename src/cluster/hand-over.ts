import { PghaError } from '../shared/errors.ts'
import { bestCandidate, memberNamed } from './candidate.ts'
import type { Cluster, Member } from './cluster.ts'
import { memberStatuses } from './members.ts'
import { switchover } from './patroni-calls.ts'
import { timed, untilBack, type Watch } from './waiting.ts'

/** Hands the leadership to the best replica, or to one by name, and waits until all members stream again. */
export async function handOver(
  cluster: Cluster,
  to: Member | undefined,
  watch: Watch,
  left?: string,
): Promise<Member> {
  const leader = await leaderOf(cluster)
  const candidate = to ?? (await bestCandidate(cluster, leader, watch))
  const what = `switchover from ${leader.name} to ${candidate.name}`
  const work = async () => {
    await switchover(cluster, leader, candidate)
    await untilBack(cluster, candidate, watch, ({ isLeader }) => isLeader)
  }
  await timed(leader.host, what, watch, work, left)
  await untilBack(cluster, leader, watch, ({ isStreaming }) => isStreaming)
  return candidate
}

/** The member that leads now; a PghaError when none does. */
export async function leaderOf(cluster: Cluster): Promise<Member> {
  const leader = (await memberStatuses(cluster)).find(({ isLeader }) => isLeader)
  if (leader !== undefined) return memberNamed(cluster, leader.name)
  throw new PghaError('failed', 'the cluster has no leader', {
    hint: '`pgha status` shows its members; `pgha failover --to NAME` makes one the leader',
  })
}
