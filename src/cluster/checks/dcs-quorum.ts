import { consulLeader } from '../consul-api.ts'
import type { Check } from './check.ts'

/** Each server of the DCS knows the same leader; one that is silent has used up the margin. */
export const dcsQuorum: Check = {
  name: 'DCS quorum',
  async run(cluster) {
    const servers = cluster.dcsServers.length
    if (servers === 0) return { ok: true, summary: 'the DCS is external: not checked', figures: { servers } }
    const answers = await Promise.all(cluster.dcsServers.map((node) => consulLeader(cluster, node)))
    const leaders = answers.flatMap((answer) => ('leader' in answer ? [answer.leader] : []))
    const silent = answers.flatMap((answer, index) =>
      'reason' in answer ? [`${cluster.dcsServers[index]?.host ?? ''}: ${answer.reason}`] : [],
    )
    const quorum = Math.floor(servers / 2) + 1
    return {
      ok: leaders.length === servers && new Set(leaders).size === 1,
      summary: [`${leaders.length} of ${servers} servers know a leader (quorum ${quorum})`, ...silent].join(
        '; ',
      ),
      figures: { servers, answering: leaders.length, quorum },
    }
  },
}
