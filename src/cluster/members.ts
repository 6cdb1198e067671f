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
  /** PostgreSQL runs with settings that only a restart changes. */
  readonly isRestartPending: boolean
  /** What the restart will change, where Patroni says it (from 4.0); else empty. */
  readonly restartReasons: readonly ParameterChange[]
  /** In synchronous mode: a commit waits for this member. */
  readonly isSyncStandby: boolean
  /** A synchronous standby of many, any of which may acknowledge a commit. */
  readonly isQuorumStandby: boolean
  /** The cluster is in maintenance mode in the eyes of this member. */
  readonly isPaused: boolean
  /** May become leader: its tag `nofailover` is not set. */
  readonly isCandidate: boolean
  /** When PostgreSQL started, as it says itself. */
  readonly startedAt: string | undefined
}

/** A parameter of PostgreSQL before and after a restart. */
export interface ParameterChange {
  readonly name: string
  readonly from: string
  readonly to: string
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
  pending_restart: z.boolean().nullish(),
  pending_restart_reason: z
    .record(z.string(), z.object({ old_value: z.string(), new_value: z.string() }))
    .nullish(),
  sync_standby: z.boolean().nullish(),
  quorum_standby: z.boolean().nullish(),
  pause: z.boolean().nullish(),
  postmaster_start_time: z.string().nullish(),
  tags: z.object({ nofailover: z.boolean().nullish() }).nullish(),
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
    return { ...silent, name: member.name, reason: answer }
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
    isRestartPending: answer.pending_restart ?? false,
    restartReasons: Object.entries(answer.pending_restart_reason ?? {}).map(([name, change]) => ({
      name,
      from: change.old_value,
      to: change.new_value,
    })),
    isSyncStandby: answer.sync_standby ?? answer.quorum_standby ?? false,
    isQuorumStandby: answer.quorum_standby ?? false,
    isPaused: answer.pause ?? false,
    isCandidate: answer.tags?.nofailover !== true,
    startedAt: answer.postmaster_start_time ?? undefined,
  }
}

const silent: Omit<MemberStatus, 'name' | 'reason'> = {
  isLeader: false,
  state: 'unreachable',
  isStreaming: false,
  timeline: undefined,
  position: undefined,
  isRestartPending: false,
  restartReasons: [],
  isSyncStandby: false,
  isQuorumStandby: false,
  isPaused: false,
  isCandidate: false,
  startedAt: undefined,
}

/** Bytes that a replica is behind the leader; undefined when either does not say. */
export function lagBytes(leader: MemberStatus | undefined, replica: MemberStatus): number | undefined {
  if (leader?.position === undefined || replica.position === undefined) return undefined
  return Math.max(0, leader.position - replica.position)
}
