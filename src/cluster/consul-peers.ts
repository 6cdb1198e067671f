import { agentToken } from '../shared/consul-token.ts'
import type { Cluster } from './cluster.ts'

/** A server of Consul as the others see it. */
export interface DcsPeer {
  /** Name of its host. */
  readonly name: string
  readonly isVoter: boolean
  readonly isAlive: boolean
}

const script = `${agentToken}
timeout 10 consul operator raft list-peers 2>/dev/null | awk 'NR > 1 { print "P|" $1 "|" $5 }'
timeout 10 consul members 2>/dev/null | awk 'NR > 1 { print "A|" $1 "|" $3 }'`

/** The servers of Consul's raft, told by the first node of this run whose agent answers; undefined when none does. */
export async function dcsPeers(cluster: Cluster): Promise<readonly DcsPeer[] | undefined> {
  const servers = cluster.dcsServers.map(({ host }) => host)
  for (const host of new Set([...servers, ...cluster.connections.keys()])) {
    const { stdout = '' } = (await cluster.connections.get(host)?.run(script)) ?? {}
    const peers = parsePeers(stdout)
    if (peers.length > 0) return peers
  }
  return undefined
}

/** Reads what `consul operator raft list-peers` and `consul members` print, a marked line each. */
export function parsePeers(printed: string): readonly DcsPeer[] {
  const lines = printed.split('\n').map((line) => line.split('|'))
  const isAlive = (name: string) =>
    lines.some(([mark, one, status]) => mark === 'A' && one === name && status === 'alive')
  return lines.flatMap(([mark, name = '', voter]) =>
    mark === 'P' ? [{ name, isVoter: voter === 'true', isAlive: isAlive(name) }] : [],
  )
}
