import { z } from 'zod'

import { messageOf } from '../shared/errors.ts'
import { type Cluster, type Member, wayTo } from './cluster.ts'
import { httpGet } from './http.ts'

/** One member as the DCS has it: what it last reported, up to a `loop_wait` ago. */
export interface MemberView {
  readonly name: string
  readonly role: string
  readonly state: string
  readonly timeline: number | undefined
  /** Bytes behind the leader; undefined for the leader, or when Patroni does not know. */
  readonly lagBytes: number | undefined
}

/** The cluster as the DCS has it, told by one member. */
export interface ClusterView {
  readonly from: string
  readonly members: readonly MemberView[]
  readonly paused: boolean
  readonly scheduled?: ScheduledSwitchover
}

/** A switchover that waits for its time. */
export interface ScheduledSwitchover {
  /** ISO 8601. */
  readonly at: string
  readonly from: string
  /** Patroni chooses when not given. */
  readonly to?: string
}

/** `from n1 to n2 at 2026-11-22T03:00:00+00:00`. */
export function scheduledText({ at, from, to }: ScheduledSwitchover): string {
  return `from ${from} to ${to ?? 'the best replica'} at ${at}`
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
  scheduled_switchover: z
    .object({ at: z.string(), from: z.string().nullish(), to: z.string().nullish() })
    .nullish(),
})

/** Asks one member for the DCS's view (`GET /cluster`); a member that does not answer gives the reason as text. */
export async function clusterView(cluster: Cluster, member: Member): Promise<ClusterView | string> {
  const answer = await ask(cluster, member, '/cluster', ClusterAnswer)
  if (typeof answer === 'string') return answer
  const { members, pause = false, scheduled_switchover: waiting } = answer
  return {
    ...{ from: member.name, members: members.map(viewOf), paused: pause },
    ...(waiting ? { scheduled: scheduledOf(waiting) } : {}),
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

export function isLeader(member: Pick<MemberView, 'role'>): boolean {
  return ['leader', 'standby_leader', 'master', 'primary'].includes(member.role)
}

/** Asks one member's Patroni and checks the shape of its answer; the reason as text when there is none. */
export async function ask<T>(
  cluster: Cluster,
  member: Member,
  path: string,
  shape: z.ZodType<T>,
): Promise<T | string> {
  try {
    const { status, body } = await httpGet(wayTo(cluster, member.host), member.address, member.restPort, path)
    const answer = shape.safeParse(parsed(body))
    return answer.success ? answer.data : `${path} answers ${status} with something else than expected`
  } catch (thrown) {
    return messageOf(thrown)
  }
}

function scheduledOf({
  at,
  from,
  to,
}: NonNullable<z.infer<typeof ClusterAnswer>['scheduled_switchover']>): ScheduledSwitchover {
  return { at, from: from ?? 'the leader', ...(to ? { to } : {}) }
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
