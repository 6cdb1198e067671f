import type { Cluster } from '../cluster.ts'
import { anyClusterView, isLeader, isStreaming, type MemberView } from '../patroni-api.ts'
import type { Check } from './check.ts'

/** All members of the inventory are in the cluster; replicas stream. */
export const membersStream: Check = {
  name: 'all members stream',
  async run(cluster) {
    const found = await membersOf(cluster)
    const states = cluster.members.map(({ name }) => ({
      name,
      view: found.find((member) => member.name === name),
    }))
    const wrong = states.filter(({ view }) => view === undefined || !(isLeader(view) || isStreaming(view)))
    const lags = found.flatMap((member) =>
      member.lagBytes === undefined ? [] : [[`lagBytes.${member.name}`, member.lagBytes] as const],
    )
    const streaming = found.filter(isStreaming).length
    const unexpected = found.filter((member) => !cluster.members.some(({ name }) => name === member.name))
    const told = wrong.map(({ name, view }) => `${name} is ${view?.state ?? 'not in the cluster'}`)
    const strangers = unexpected.map(({ name }) => `${name} is in the cluster but not in the inventory`)
    return {
      ok: wrong.length === 0 && found.length > 0,
      summary: [
        `${streaming} of ${cluster.members.length - 1} replicas stream`,
        ...lagText(found),
        ...told,
        ...strangers,
      ].join('; '),
      figures: { members: cluster.members.length, streaming, ...Object.fromEntries(lags) },
    }
  },
}

/** All members are on one timeline. */
export const oneTimeline: Check = {
  name: 'one timeline',
  async run(cluster) {
    const found = await membersOf(cluster)
    const timelines = [...new Set(found.map((member) => member.timeline))]
    return {
      ok: timelines.length === 1 && timelines[0] !== undefined,
      summary:
        timelines.length === 1
          ? `timeline ${timelines.join()}`
          : `timelines ${timelines.map(String).join(', ') || 'unknown'}`,
      figures: { timelines: timelines.length, timeline: timelines[0] ?? 0 },
    }
  },
}

async function membersOf(cluster: Cluster): Promise<readonly MemberView[]> {
  const view = await anyClusterView(cluster)
  return 'members' in view ? view.members : []
}

function lagText(found: readonly MemberView[]): readonly string[] {
  const lags = found.flatMap((member) => (member.lagBytes === undefined ? [] : [member.lagBytes]))
  return lags.length === 0 ? [] : [`lag at most ${Math.max(...lags)} bytes`]
}
