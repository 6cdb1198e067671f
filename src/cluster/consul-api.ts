import { messageOf } from '../shared/errors.ts'
import { type Cluster, type Node, wayTo } from './cluster.ts'
import { httpGet } from './http.ts'

const consulPort = 8500

/** Who leads Consul in the eyes of one agent: `address:port`, or why it does not say. */
export type ConsulLeader = { readonly leader: string } | { readonly reason: string }

/** Agents listen on loopback only, so each is asked through its own node. */
export async function consulLeader(cluster: Cluster, node: Node): Promise<ConsulLeader> {
  if (!cluster.connections.has(node.host)) return { reason: 'not contacted in this run' }
  try {
    const { status, body } = await httpGet(
      wayTo(cluster, node.host),
      '127.0.0.1',
      consulPort,
      '/v1/status/leader',
    )
    const leader = /^"(.+)"\s*$/.exec(body)?.[1]
    return leader === undefined ? { reason: `no leader (HTTP ${status})` } : { leader }
  } catch (thrown) {
    return { reason: messageOf(thrown) }
  }
}

/** Whether the DCS knows a cluster of this scope: Patroni's `initialize` key. Undefined when it cannot be asked. */
export async function isInitialized(cluster: Cluster, namespace: string): Promise<boolean | undefined> {
  const [node] = cluster.dcsServers.filter(({ host }) => cluster.connections.has(host))
  if (node === undefined) return undefined
  const path = `/v1/kv${namespace}/${cluster.scope}/initialize?raw`
  const { status, body } = await httpGet(wayTo(cluster, node.host), '127.0.0.1', consulPort, path)
  if (status === 404) return false
  return status === 200 ? body.length > 0 : undefined
}
