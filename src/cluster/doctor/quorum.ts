import { dcsOf } from '../dcs/index.ts'
import type { Exam } from './exam.ts'
import type { Finding } from './finding.ts'

/** No agent of the DCS knows a leader: then nobody may lead the cluster either. */
export function quorum({ cluster, nodes, dcsLeaders }: Exam): readonly Finding[] {
  const servers = cluster.dcsServers
  const { title, unit, noLeader, peerPorts } = dcsOf(cluster)
  const isKnown = [...dcsLeaders.values()].some((leader) => leader !== undefined)
  if (servers.length === 0 || isKnown || dcsLeaders.size === 0) return []
  const up = servers.filter(
    ({ host }) => nodes.find((node) => node.host === host)?.units.get(unit)?.active === 'active',
  )
  const down = servers.filter((server) => !up.includes(server)).map(({ host }) => host)
  const shown = nodes.flatMap(({ host, journals }) => {
    const line = journals.get(unit)?.findLast(({ text }) => noLeader.test(text))
    return line === undefined ? [] : [{ host, text: line.text }]
  })
  const [first] = shown
  const needed = Math.floor(servers.length / 2) + 1
  const counted = `${up.length} of ${servers.length} ${title} servers run, ${needed} are needed`
  return [
    {
      cause: 'DCS without quorum',
      host: first?.host ?? servers[0]?.host ?? '',
      unit,
      // A new one elects its leader within seconds.
      lasting: false,
      evidence: first === undefined ? counted : `${counted}; ${unit} on ${first.host}: ${first.text}`,
      remedy:
        down.length > 0
          ? `start ${title} on ${down.join(' and ')} (systemctl start ${unit}), or run pgha apply when they are reachable`
          : `the servers run but do not find each other: see the journals of ${unit}, and ${peerPorts} between the nodes`,
    },
  ]
}
