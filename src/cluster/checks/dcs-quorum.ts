import { dcsOf } from '../dcs/index.ts'
import type { Check } from './check.ts'

/** Each server of the DCS that this run asks knows the same leader; one that is silent has used up the margin. */
export const dcsQuorum: Check = {
  name: 'DCS quorum',
  async run(cluster) {
    const servers = cluster.dcsServers.length
    if (servers === 0) return { ok: true, summary: 'the DCS is external: not checked', figures: { servers } }
    const asked = cluster.dcsServers.filter(({ host }) => !cluster.outside.includes(host))
    if (asked.length === 0) return { ok: true, summary: 'no server is in --limit', figures: { servers } }
    const answers = await Promise.all(asked.map((node) => dcsOf(cluster).leaderSeenBy(cluster, node)))
    const leaders = answers.flatMap((answer) => ('leader' in answer ? [answer.leader] : []))
    const silent = answers.flatMap((answer, index) =>
      'reason' in answer ? [`${asked[index]?.host ?? ''}: ${answer.reason}`] : [],
    )
    const quorum = Math.floor(servers / 2) + 1
    const named = [...new Set(leaders)].sort()
    const text = `${leaders.length} of ${asked.length} servers${asked.length < servers ? ' of --limit' : ''} know a leader (quorum ${quorum})`
    const split = named.length > 1 ? `, but not the same: ${named.join(', ')}` : ''
    return {
      ok: leaders.length === asked.length && named.length === 1,
      summary: [`${text}${split}`, ...silent].join('; '),
      figures: { servers, answering: leaders.length, quorum },
    }
  },
}
