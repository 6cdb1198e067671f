import type { Exam } from './exam.ts'
import type { Finding } from './finding.ts'

const noLeader = /No cluster leader|no known Consul servers|Election timeout reached/

/** No agent of the DCS knows a leader: then nobody may lead the cluster either. */
export function quorum({ cluster, nodes, dcsLeaders }: Exam): readonly Finding[] {
  const servers = cluster.dcsServers
  const isKnown = [...dcsLeaders.values()].some((leader) => leader !== undefined)
  if (servers.length === 0 || isKnown || dcsLeaders.size === 0) return []
  const up = servers.filter(
    ({ host }) => nodes.find((node) => node.host === host)?.units.get('consul')?.active === 'active',
  )
  const down = servers.filter((server) => !up.includes(server)).map(({ host }) => host)
  const shown = nodes.flatMap(({ host, journals }) => {
    const line = journals.get('consul')?.findLast(({ text }) => noLeader.test(text))
    return line === undefined ? [] : [{ host, text: line.text }]
  })
  const [first] = shown
  const needed = Math.floor(servers.length / 2) + 1
  const counted = `${up.length} of ${servers.length} Consul servers run, ${needed} are needed`
  return [
    {
      cause: 'DCS without quorum',
      host: first?.host ?? servers[0]?.host ?? '',
      unit: 'consul',
      // A new one elects its leader within seconds.
      lasting: false,
      evidence: first === undefined ? counted : `${counted}; consul on ${first.host}: ${first.text}`,
      remedy:
        down.length > 0
          ? `start Consul on ${down.join(' and ')} (systemctl start consul), or run pgha apply when they are reachable`
          : 'the servers run but do not find each other: see the journals of consul, and ports 8300 to 8302 between the nodes',
    },
  ]
}
