import { lagBytes, memberStatuses } from '../members.ts'
import { anyClusterView, type MemberView } from '../patroni-api.ts'
import type { Cluster } from '../cluster.ts'
import type { Check } from './check.ts'

/** Every member of the inventory leads or streams by its own word, and nobody else is in the cluster. */
export const membersStream: Check = {
  name: 'all members stream',
  async run(cluster) {
    const found = await memberStatuses(cluster)
    const leader = found.find((member) => member.isLeader)
    const replicas = found.filter((member) => member !== leader)
    const wrong = replicas.filter((member) => !member.isStreaming)
    const strangers = (await dcsMembers(cluster)).filter(
      ({ name }) => !found.some((member) => member.name === name),
    )
    const lags = replicas.flatMap((member) => {
      const lag = lagBytes(leader, member)
      return lag === undefined ? [] : [[`lagBytes.${member.name}`, lag] as const]
    })
    const streaming = replicas.length - wrong.length
    const text = [
      `${streaming} of ${replicas.length} replicas stream`,
      ...(lags.length === 0 ? [] : [`lag at most ${Math.max(...lags.map(([, lag]) => lag))} bytes`]),
      ...wrong.map(({ name, state, reason }) => `${name}: ${reason ?? state}`),
      ...strangers.map(({ name }) => `${name} is in the cluster but not in the inventory`),
    ]
    return {
      ok: wrong.length === 0 && strangers.length === 0 && leader !== undefined,
      summary: text.join('; '),
      figures: { members: found.length, streaming, ...Object.fromEntries(lags) },
    }
  },
}

/** All members are on one timeline, as the DCS has it: replicas do not know their own. */
export const oneTimeline: Check = {
  name: 'one timeline',
  async run(cluster) {
    const timelines = [...new Set((await dcsMembers(cluster)).map((member) => member.timeline))]
    const known = timelines.map((timeline) => timeline ?? 'unknown').join(', ')
    return {
      ok: timelines.length === 1 && timelines[0] !== undefined,
      summary: timelines.length === 1 ? `timeline ${known}` : `timelines ${known || 'unknown'}`,
      figures: { timelines: timelines.length, timeline: timelines[0] ?? 0 },
    }
  },
}

async function dcsMembers(cluster: Cluster): Promise<readonly MemberView[]> {
  const view = await anyClusterView(cluster)
  return 'members' in view ? view.members : []
}
