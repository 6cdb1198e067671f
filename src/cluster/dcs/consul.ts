import { messageOf } from '../../shared/errors.ts'
import { type Cluster, type Node, wayTo } from '../cluster.ts'
import { httpGet } from '../http.ts'
import { dcsPeers } from '../consul-peers.ts'
import type { Dcs, DcsFault, DcsLeader } from './dcs.ts'
import { silentAmong } from './silent.ts'

const port = 8500

/** An agent on each node, which listens on loopback only. */
export const consul: Dcs = {
  title: 'Consul',
  unit: 'consul',
  port,
  peerPorts: 'ports 8300 to 8302',
  noLeader: /No cluster leader|no known Consul servers|Election timeout reached/,
  leaderSeenBy,
  faults,
  isInitialized,
}

async function leaderSeenBy(cluster: Cluster, node: Node): Promise<DcsLeader> {
  if (!cluster.connections.has(node.host)) return { reason: 'not contacted in this run' }
  try {
    const { status, body } = await httpGet(wayTo(cluster, node.host), '127.0.0.1', port, '/v1/status/leader')
    const leader = /^"(.+)"\s*$/.exec(body)?.[1]
    return leader === undefined ? { reason: `no leader (HTTP ${status})` } : { leader }
  } catch (thrown) {
    return { reason: messageOf(thrown) }
  }
}

/** By its raft, and by its members for who of them lives. */
async function faults(cluster: Cluster): Promise<readonly DcsFault[]> {
  const peers = await dcsPeers(cluster)
  if (peers === undefined) return silentAmong(cluster.dcsServers, cluster, leaderSeenBy)
  const names = new Set([...cluster.dcsServers.map(({ host }) => host), ...peers.map(({ name }) => name)])
  return [...names].flatMap((host) => {
    const peer = peers.find(({ name }) => name === host)
    if (peer?.isVoter === true && peer.isAlive) return []
    if (peer === undefined) return [{ host, why: 'is no server of its raft' }]
    return [{ host, why: peer.isAlive ? 'does not vote' : 'is down' }]
  })
}

async function isInitialized(cluster: Cluster, namespace: string): Promise<boolean | undefined> {
  const [node] = cluster.dcsServers.filter(({ host }) => cluster.connections.has(host))
  if (node === undefined) return undefined
  const path = `/v1/kv${namespace}/${cluster.scope}/initialize?raw`
  const { status, body } = await httpGet(wayTo(cluster, node.host), '127.0.0.1', port, path)
  if (status === 404) return false
  return status === 200 ? body.length > 0 : undefined
}
