import { z } from 'zod'

import { PghaError } from '../shared/errors.ts'
import type { Cluster, Member } from './cluster.ts'
import { lagBound } from './fitness.ts'
import { lagBytes, memberStatuses, type MemberStatus } from './members.ts'
import { waitPatiently } from './patience.ts'
import { ask } from './patroni-api.ts'
import type { Watch } from './waiting.ts'

const syncTimeoutMs = 120_000

const ConfigAnswer = z.object({ synchronous_mode: z.union([z.boolean(), z.string()]).nullish() })

/** The replica that loses least as the next leader; in synchronous mode waits for one that every commit has reached. */
export async function bestCandidate(
  cluster: Cluster,
  leader: Member,
  watch?: Pick<Watch, 'wait'>,
): Promise<Member> {
  const needsSync = await isSynchronous(cluster, leader)
  const what = 'a member that can take over'
  const wanted = needsSync
    ? 'a synchronous standby'
    : `a replica that streams with a lag below ${lagBound} bytes`
  const found = await waitPatiently(cluster, {
    ...{ name: what, unit: 'patroni', kind: 'refused', timeoutMs: syncTimeoutMs, intervalMs: 500 },
    hint: '`pgha status` shows the replicas; those with the tag nofailover never lead',
    async look() {
      const name = chooseCandidate(await memberStatuses(cluster), needsSync)
      return name === undefined ? { done: false, waitingFor: wanted } : { done: true, value: name }
    },
    onWait: (waitingFor, ms) => watch?.wait(what, waitingFor, ms),
  })
  return memberNamed(cluster, found)
}

/** Why a member that was named cannot be the next leader; empty when it can. Pure. */
export function unfitCandidate(
  found: readonly MemberStatus[],
  name: string,
  needsSync: boolean,
): readonly string[] {
  const leader = found.find(({ isLeader }) => isLeader)
  const member = found.find((one) => one.name === name)
  if (name === leader?.name) return [`${name} leads already`]
  if (member?.isStreaming !== true) {
    return [`${name} cannot take over: it is ${member?.reason ?? member?.state ?? 'unknown'}`]
  }
  const lag = lagBytes(leader, member) ?? 0
  const standbys = found.filter(({ isSyncStandby }) => isSyncStandby).map((one) => one.name)
  return [
    ...(member.isCandidate ? [] : [`${name} has the tag nofailover`]),
    ...(lag > lagBound ? [`${name} lags by ${lag} bytes`] : []),
    ...(needsSync && !member.isSyncStandby
      ? [
          `${name} is no synchronous standby (${standbys.join(', ') || 'there is none'}): commits may be missing there`,
        ]
      : []),
  ]
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
