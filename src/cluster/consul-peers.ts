import type { Look } from '../shared/retry.ts'
import type { Cluster } from './cluster.ts'

/** A server of Consul as the others see it. */
export interface DcsPeer {
  /** Name of its host. */
  readonly name: string
  readonly isVoter: boolean
  readonly isAlive: boolean
}

const script = `CONSUL_HTTP_TOKEN=$(sed -n 's/.*"agent": "\\([^"]*\\)".*/\\1/p' /etc/consul.d/pgha.json 2>/dev/null)
export CONSUL_HTTP_TOKEN
timeout 10 consul operator raft list-peers 2>/dev/null | awk 'NR > 1 { print "P|" $1 "|" $5 }'
timeout 10 consul members 2>/dev/null | awk 'NR > 1 { print "A|" $1 "|" $3 }'`

/** The servers of Consul's raft, told by the first node of this run whose agent answers; undefined when none does. */
export async function dcsPeers(cluster: Cluster): Promise<readonly DcsPeer[] | undefined> {
  for (const { host } of cluster.dcsServers) {
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

/** Whether all servers of the inventory that this run contacts live and vote: one of them can be spared then. */
export async function lookForVotes(cluster: Cluster): Promise<Look<string>> {
  const servers = cluster.dcsServers.filter(({ host }) => cluster.connections.has(host))
  if (servers.length === 0) return { done: true, value: 'the DCS is not ours' }
  const peers = await dcsPeers(cluster)
  if (peers === undefined) return { done: false, waitingFor: 'an elected leader' }
  const missing = servers.filter(
    ({ host }) => !peers.some(({ name, isVoter, isAlive }) => name === host && isVoter && isAlive),
  )
  if (missing.length === 0) return { done: true, value: `${peers.length} servers` }
  return { done: false, waitingFor: `${missing.map(({ host }) => host).join(', ')} to vote` }
}
