import { type Check, finding, onEachHost } from './check.ts'

const path = ['roles']

/** A node has the roles of one DCS, and the section that is written is that of the one in use. */
export const oneDcs: Check = onEachHost((host) => {
  const { dcs, roles } = host.vars
  if (!dcs || !roles) return []
  const other = dcs === 'etcd' ? 'consul' : 'etcd'
  if (!roles.includes(other)) return []
  return [
    finding(
      path,
      `${other} is not the DCS of this cluster`,
      `write ${dcs} in its place, or set dcs: ${other}`,
    ),
  ]
})

/** Patroni's settings of etcd lead to servers of this cluster, or to others. */
export const patroniHasEtcd: Check = onEachHost((host, site) => {
  const { dcs, etcd, roles } = host.vars
  if (dcs !== 'etcd' || !etcd || !roles?.includes('patroni') || etcd.external !== undefined) return []
  const hasServer = site.hosts.some(
    ({ vars }) => vars.roles?.includes('etcd') === true && vars.etcd?.server === true,
  )
  return hasServer
    ? []
    : [finding(path, 'no node runs etcd', 'add the role etcd to three nodes, or set etcd.external')]
})
