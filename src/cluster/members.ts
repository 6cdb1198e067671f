import { z } from 'zod'

import type { Cluster, Member } from './cluster.ts'
import { ask, isLeader } from './patroni-api.ts'

/** One member as it is at this moment, told by its own Patroni (`GET /patroni`), not by the DCS. */
export interface MemberStatus {
  readonly name: string
  readonly isLeader: boolean
  /** `running`, `starting`, `creating replica`, ...; `unreachable` when Patroni does not answer. */
  readonly state: string
  readonly isStreaming: boolean
  /** Of the leader; replicas know theirs only by the DCS. */
  readonly timeline: number | undefined
  /** Last WAL position written (leader) or replayed (replica), in bytes. */
  readonly position: number | undefined
  readonly reason: string | undefined
}

const PatroniAnswer = z.object({
  state: z.string(),
  role: z.string(),
  timeline: z.number().nullish(),
  replication_state: z.string().nullish(),
  xlog: z.object({ location: z.number().nullish(), replayed_location: z.number().nullish() }).nullish(),
})

/** Asks every member at once. */
export async function memberStatuses(cluster: Cluster): Promise<readonly MemberStatus[]> {
  return Promise.all(cluster.members.map((member) => statusOf(cluster, member)))
}

async function statusOf(cluster: Cluster, member: Member): Promise<MemberStatus> {
  const answer = await ask(cluster, member, '/patroni', PatroniAnswer)
  if (typeof answer === 'string') {
    const nothing = { isLeader: false, isStreaming: false, timeline: undefined, position: undefined }
    return { name: member.name, state: 'unreachable', reason: answer, ...nothing }
  }
  return {
    name: member.name,
    isLeader: isLeader(answer) && answer.state === 'running',
    state: answer.replication_state ?? answer.state,
    // Before Patroni 3.0.4 there is no replication_state: a running replica is then taken at its word.
    isStreaming:
      !isLeader(answer) &&
      answer.state === 'running' &&
      (answer.replication_state ?? 'streaming') === 'streaming',
    timeline: answer.timeline ?? undefined,
    position: answer.xlog?.location ?? answer.xlog?.replayed_location ?? undefined,
    reason: undefined,
  }
}

/** Bytes that a replica is behind the leader; undefined when either does not say. */
export function lagBytes(leader: MemberStatus | undefined, replica: MemberStatus): number | undefined {
  if (leader?.position === undefined || replica.position === undefined) return undefined
  return Math.max(0, leader.position - replica.position)
}
