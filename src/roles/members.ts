import type { SiteHost } from './site.ts'

/** Hosts that run PostgreSQL under Patroni. */
export function members(hosts: readonly SiteHost[]): readonly SiteHost[] {
  return hosts.filter((host) => host.vars.roles.includes('patroni'))
}

/** Hosts whose Consul or etcd votes; none where the DCS is somebody else's. */
export function dcsServers(hosts: readonly SiteHost[]): readonly SiteHost[] {
  return hosts.filter(({ vars }) => {
    const { server, external } = vars[vars.dcs]
    return vars.roles.includes(vars.dcs) && server && external === undefined
  })
}

/** Servers of etcd as `host:port`, the host's own first; those of an external etcd as the inventory has them. */
export function etcdEndpoints(host: SiteHost, hosts: readonly SiteHost[]): readonly string[] {
  const isOwn = ({ name }: SiteHost) => name === host.name
  const servers = dcsServers(hosts)
  const sorted = [...servers.filter(isOwn), ...servers.filter((server) => !isOwn(server))]
  return host.vars.etcd.external ?? sorted.map(({ vars }) => `${vars.address}:2379`)
}

/** Hosts that may hold the VIP. */
export function balancers(hosts: readonly SiteHost[]): readonly SiteHost[] {
  return hosts.filter((host) => host.vars.roles.includes('keepalived'))
}

/** The name of a member in Patroni. */
export function nodeName(host: SiteHost): string {
  return host.vars.patroni.node_name ?? host.name
}
