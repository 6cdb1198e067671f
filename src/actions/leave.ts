import { bestCandidate } from '../cluster/candidate.ts'
import { handOver, leaderOf } from '../cluster/hand-over.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Watch } from '../cluster/waiting.ts'
import type { Resource } from '../engine/resource.ts'
import { leadershipType } from '../resources/leadership.ts'
import { members } from '../roles/members.ts'
import { memberOf } from './cluster-of.ts'
import type { SurveyedNode } from './survey.ts'

/** True for the wish that only a switchover brings about. */
export function isLeadership({ type }: Resource): boolean {
  return type.kind === leadershipType.kind
}

/** Hands the leadership to the best member that stays, when one that leaves has it. False: none of them had it. */
export async function handOverFrom(
  nodes: readonly SurveyedNode[],
  cluster: Cluster,
  watch: Watch,
): Promise<boolean> {
  const leaving = members(nodes.map(({ host }) => host)).map(memberOf)
  const leader = await leaderOf({ ...cluster, members: [...cluster.members, ...leaving] })
  if (cluster.members.some(({ name }) => name === leader.name)) return false
  const eligible = { ...cluster, members: [...cluster.members, leader] }
  await handOver(eligible, await bestCandidate(eligible, leader, watch), watch)
  return true
}
