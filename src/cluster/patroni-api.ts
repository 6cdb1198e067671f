import { z } from 'zod'

import { messageOf } from '../shared/errors.ts'
import { type Cluster, type Member, wayTo } from './cluster.ts'
import { httpGet } from './http.ts'

/** One member as another member's Patroni sees it. */
export interface MemberView {
  readonly name: string
  readonly role: string
  readonly state: string
  readonly timeline: number | undefined
  /** Bytes behind the leader; undefined for the leader, or when Patroni does not know. */
  readonly lagBytes: number | undefined
}

const ClusterAnswer = z.object({
  members: z.array(
    z.object({
      name: z.string(),
      role: z.string(),
      state: z.string(),
      timeline: z.number().optional(),
      lag: z.union([z.number(), z.string()]).optional(),
    }),
  ),
  pause: z.boolean().optional(),
})

/** The cluster in the eyes of one member. */
export interface ClusterView {
  readonly from: string
  readonly members: readonly MemberView[]
  readonly paused: boolean
}

/** Asks one member for its view (`GET /cluster`); a member that does not answer gives the reason as text. */
export async function clusterView(cluster: Cluster, member: Member): Promise<ClusterView | string> {
  try {
    const { status, body } = await httpGet(
      wayTo(cluster, member.host),
      member.address,
      member.restPort,
      '/cluster',
    )
    const answer = ClusterAnswer.safeParse(parsed(body))
    if (!answer.success) return `answers ${status} without a list of members`
    return { from: member.name, members: answer.data.members.map(viewOf), paused: answer.data.pause ?? false }
  } catch (thrown) {
    return messageOf(thrown)
  }
}

/** The first view that any member gives, or why none did, by member. */
export async function anyClusterView(cluster: Cluster): Promise<ClusterView | ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>()
  // Members that this run is connected to first: their answer needs no detour.
  const near = cluster.members.filter((member) => cluster.connections.has(member.host))
  for (const member of [...near, ...cluster.members.filter((member) => !near.includes(member))]) {
    const view = await clusterView(cluster, member)
    if (typeof view !== 'string') return view
    reasons.set(member.name, view)
  }
  return reasons
}

export function isLeader(member: MemberView): boolean {
  return member.role === 'leader' || member.role === 'standby_leader' || member.role === 'master'
}

/** Before Patroni 3.0.4 a streaming replica calls itself `running`. */
export function isStreaming(member: MemberView): boolean {
  return (
    !isLeader(member) &&
    (member.state === 'streaming' || (member.state === 'running' && member.lagBytes !== undefined))
  )
}

function viewOf(member: z.infer<typeof ClusterAnswer>['members'][number]): MemberView {
  return {
    name: member.name,
    role: member.role,
    state: member.state,
    timeline: member.timeline,
    lagBytes: typeof member.lag === 'number' ? member.lag : undefined,
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
