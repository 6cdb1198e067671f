import type { Path } from '../../inventory/tree.ts'
import { type Check, finding, type CheckedHost, isGiven, onEachHost, runs } from './check.ts'

interface PortUse {
  readonly port: number
  readonly path: Path
  readonly what: string
}

// RPC, gossip in the LAN and between sites, HTTP, DNS: https://developer.hashicorp.com/consul/docs/install/ports
const consulPorts = [8300, 8301, 8302, 8500, 8600]

// Clients and peers: https://etcd.io/docs/v3.5/op-guide/configuration/
const etcdPorts = [2379, 2380]

/** Two programs on one node cannot listen on one port. */
export const portCollisions: Check = onEachHost((host) => {
  const users = new Map<number, PortUse>()
  return usesOf(host).flatMap((use) => {
    const other = users.get(use.port)
    if (other === undefined) users.set(use.port, use)
    if (other === undefined) return []
    // The operator can only change what is a setting; of two, what was set.
    const [changed, kept] = isGiven(host, use.path) ? [use, other] : [other, use]
    return [finding(changed.path, `port ${changed.port} is also ${kept.what}`)]
  })
})

function usesOf(host: CheckedHost): readonly PortUse[] {
  const { postgresql, patroni, haproxy } = host.vars
  const uses: PortUse[] = []
  if (runs(host, 'consul')) {
    uses.push(...consulPorts.map((port) => ({ port, path: ['consul'], what: "one of Consul's" })))
  }
  if (runs(host, 'etcd'))
    uses.push(...etcdPorts.map((port) => ({ port, path: ['etcd'], what: "one of etcd's" })))
  if (runs(host, 'postgres') && postgresql) uses.push(settingUse('postgresql', 'port', postgresql.port))
  if (runs(host, 'patroni') && patroni) uses.push(settingUse('patroni', 'rest_port', patroni.rest_port))
  if (runs(host, 'haproxy') && haproxy) {
    uses.push(
      settingUse('haproxy', 'primary_port', haproxy.primary_port),
      ...(haproxy.replica_port === 'off'
        ? []
        : [settingUse('haproxy', 'replica_port', haproxy.replica_port)]),
      settingUse('haproxy', 'status_port', haproxy.status_port),
    )
  }
  return uses
}

function settingUse(section: string, key: string, port: number): PortUse {
  return { port, path: [section, key], what: `${section}.${key}` }
}
