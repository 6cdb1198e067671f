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
  replication: z
    .array(z.object({ application_name: z.string().nullish(), state: z.string().nullish() }))
    .nullish(),
})

type PatroniAnswer = z.infer<typeof PatroniAnswer>

/** Asks every member at once. */
export async function memberStatuses(cluster: Cluster): Promise<readonly MemberStatus[]> {
  const answers = await Promise.all(
    cluster.members.map(async (member) => ({
      member,
      answer: await ask(cluster, member, '/patroni', PatroniAnswer),
    })),
  )
  const streams = answers.flatMap(({ answer }) =>
    typeof answer === 'string' ? [] : (answer.replication ?? []),
  )
  const fed = new Set(
    streams.flatMap(({ state, application_name: name }) => (state === 'streaming' && name ? [name] : [])),
  )
  return answers.map(({ member, answer }) => statusOf(member, answer, fed))
}

/** `fed`: names of the members that a leader says it streams to. */
function statusOf(member: Member, answer: PatroniAnswer | string, fed: ReadonlySet<string>): MemberStatus {
  if (typeof answer === 'string') {
    const nothing = { isLeader: false, isStreaming: false, timeline: undefined, position: undefined }
    return { name: member.name, state: 'unreachable', reason: answer, ...nothing }
  }
  // Old versions of Patroni do not say replication_state on replicas: the leader's word then counts.
  const replication = answer.replication_state ?? (fed.has(member.name) ? 'streaming' : undefined)
  const isRunning = answer.state === 'running'
  return {
    name: member.name,
    isLeader: isLeader(answer) && isRunning,
    state: !isLeader(answer) && isRunning ? (replication ?? 'running, but not streaming') : answer.state,
    isStreaming: !isLeader(answer) && isRunning && replication === 'streaming',
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
