import { type Check, finding, hostsWith, isUnreadable, onEachHost, problemAt, runs } from './check.ts'

const path = ['roles']

/** Roles that only work beside another one on the same node. */
export const rolesFit: Check = onEachHost((host) => {
  if (host.vars.roles === null || host.vars.consul === null) return []
  const needs = (
    role: 'postgres' | 'patroni' | 'keepalived',
    other: 'patroni' | 'postgres' | 'haproxy',
    why: string,
  ) => (runs(host, role) && !runs(host, other) ? [finding(path, `${role} needs ${other}: ${why}`)] : [])
  return [
    ...needs('patroni', 'postgres', 'it runs PostgreSQL'),
    ...needs('postgres', 'patroni', 'nothing else starts it'),
    ...needs(
      'keepalived',
      'haproxy',
      'it gives up the virtual address when the HAProxy of the node is silent',
    ),
  ]
})

/** Patroni asks the Consul agent of its own node, unless there is an external Consul. */
export const patroniHasConsul: Check = onEachHost((host) => {
  const { roles, consul, dcs } = host.vars
  if (!roles || !consul || dcs !== 'consul' || !runs(host, 'patroni')) return []
  if (runs(host, 'consul') || consul.external !== undefined) return []
  return [finding(path, 'patroni needs consul on its node', 'add the role consul or set consul.external')]
})

/** A site without members is no cluster. */
export const hasMembers: Check = (site) => {
  const [first] = site.hosts
  if (first === undefined || isUnreadable(site, 'roles') || hostsWith(site, 'patroni').length > 0) return []
  return [problemAt(first, path, 'no node has the role patroni')]
}

/** One member cannot fail over. */
export const singleMember: Check = (site) => {
  const [only, ...others] = hostsWith(site, 'patroni')
  if (only === undefined || others.length > 0 || isUnreadable(site, 'roles')) return []
  return [problemAt(only, path, `${only.name} is the only member: there is nothing to fail over to`)]
}
