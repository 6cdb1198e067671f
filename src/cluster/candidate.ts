import { z } from 'zod'

import { PghaError } from '../shared/errors.ts'
import { waitFor } from '../shared/retry.ts'
import type { Cluster, Member } from './cluster.ts'
import { lagBound } from './fitness.ts'
import { lagBytes, memberStatuses, type MemberStatus } from './members.ts'
import { ask } from './patroni-api.ts'

const syncTimeoutMs = 120_000

const ConfigAnswer = z.object({ synchronous_mode: z.union([z.boolean(), z.string()]).nullish() })

/** The replica that loses least as the next leader; in synchronous mode waits for one that every commit has reached. */
export async function bestCandidate(cluster: Cluster, leader: Member): Promise<Member> {
  const needsSync = await isSynchronous(cluster, leader)
  const look = async () => {
    const name = chooseCandidate(await memberStatuses(cluster), needsSync)
    if (name !== undefined) return { done: true, value: name } as const
    const wanted = needsSync
      ? 'a synchronous standby'
      : `a replica that streams with a lag below ${lagBound} bytes`
    return { done: false, waitingFor: wanted } as const
  }
  const waited = await waitFor(look, { timeoutMs: syncTimeoutMs, intervalMs: 500 })
  if (waited.ok) return memberNamed(cluster, waited.value)
  throw new PghaError('refused', `no member can take over: still waiting for ${waited.waitingFor}`, {
    hint: '`pgha status` shows the replicas; those with the tag nofailover never lead',
  })
}

/** The streaming replica with the least lag, by name among equals; undefined when none is fit. */
export function chooseCandidate(found: readonly MemberStatus[], needsSync: boolean): string | undefined {
  const leader = found.find(({ isLeader }) => isLeader)
  const lagOf = (member: MemberStatus) => lagBytes(leader, member) ?? 0
  return found
    .filter((member) => member.isStreaming && member.isCandidate && lagOf(member) <= lagBound)
    .filter(({ isSyncStandby }) => isSyncStandby || !needsSync)
    .toSorted((a, b) => lagOf(a) - lagOf(b) || (a.name < b.name ? -1 : 1))[0]?.name
}

/** The member of the inventory that has this name in Patroni, or whose host has it. */
export function memberNamed(cluster: Cluster, name: string): Member {
  const member = cluster.members.find((one) => one.name === name || one.host === name)
  if (member !== undefined) return member
  const names = cluster.members.map((one) => (one.name === one.host ? one.name : `${one.host} (${one.name})`))
  throw new PghaError('input', `${name} is no member of the cluster`, {
    hint: `members: ${names.join(', ')}`,
  })
}

/** Whether commits wait for a standby, as the leader's Patroni has it. */
export async function isSynchronous(cluster: Cluster, leader: Member): Promise<boolean> {
  const answer = await ask(cluster, leader, '/config', ConfigAnswer)
  if (typeof answer === 'string') return false
  return ![undefined, null, false, 'off'].includes(answer.synchronous_mode)
}
