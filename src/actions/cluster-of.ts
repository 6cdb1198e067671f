import type { Cluster, Member } from '../cluster/cluster.ts'
import { balancers, dcsServers, members, nodeName } from '../roles/members.ts'
import type { SiteHost } from '../roles/site.ts'
import { PghaError } from '../shared/errors.ts'
import type { Reached } from './reach.ts'
import type { RunSite } from './site.ts'

/** The running cluster that the inventory describes, over the connections of this run. */
export function clusterOf(site: RunSite, { connections }: Reached): Cluster {
  const [first] = members(site.hosts)
  if (first === undefined) throw new PghaError('input', 'no host of the inventory has the role patroni')
  const { patroni } = first.vars
  return {
    scope: patroni.scope,
    members: members(site.hosts).map(memberOf),
    balancers: site.hosts
      .filter((host) => host.vars.roles.includes('haproxy'))
      .map((host) => ({
        ...nodeOf(host),
        primaryPort: host.vars.haproxy.primary_port,
        replicaPort: host.vars.haproxy.replica_port === 'off' ? undefined : host.vars.haproxy.replica_port,
      })),
    vipNodes: balancers(site.hosts).map(nodeOf),
    vip: vipOf(site),
    dcs: first.vars.dcs,
    dcsServers: dcsServers(site.hosts).map(nodeOf),
    rest: { user: patroni.rest_user, password: patroni.rest_password },
    synchronous: patroni.synchronous && { mode: patroni.synchronous, count: patroni.synchronous_count },
    superuser: { user: patroni.superuser, password: patroni.superuser_password },
    outside: site.hosts.filter((host) => !site.selected.includes(host)).map(({ name }) => name),
    connections,
  }
}

/** A host of the inventory as a member of the cluster. */
export function memberOf(host: SiteHost): Member {
  return {
    host: host.name,
    name: nodeName(host),
    address: host.vars.address,
    port: host.vars.postgresql.port,
    restPort: host.vars.patroni.rest_port,
  }
}

/** The VIP; without keepalived, the address of the first HAProxy, which clients then use. */
export function vipOf({ hosts }: Pick<RunSite, 'hosts'>): string {
  const vip = hosts.find((host) => host.vars.keepalived !== undefined)?.vars.keepalived?.vip
  return (
    vip ??
    hosts.find((host) => host.vars.roles.includes('haproxy'))?.vars.address ??
    hosts[0]?.vars.address ??
    ''
  )
}

function nodeOf(host: SiteHost): { readonly host: string; readonly address: string } {
  return { host: host.name, address: host.vars.address }
}
