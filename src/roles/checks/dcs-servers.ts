import {
  type Check,
  type CheckedHost,
  type CheckedSite,
  hostsWith,
  isUnreadable,
  problemAt,
} from './check.ts'

const path = ['consul', 'server']

/** Somebody has to vote. */
export const noDcsServer: Check = (site) => {
  const [first] = hostsWith(site, 'consul')
  if (first === undefined || isUnreadable(site, 'consul', 'roles') || serversOf(site).length > 0) return []
  return [
    problemAt(first, path, 'no node is a Consul server', 'three or five nodes with consul.server: true'),
  ]
}

/** An even number of servers survives no more losses than one less, and one server none. */
export const fewDcsServers: Check = (site) => {
  const servers = serversOf(site)
  const [first] = servers
  if (
    first === undefined ||
    isUnreadable(site, 'consul', 'roles') ||
    (servers.length % 2 === 1 && servers.length > 1)
  )
    return []
  const losses = Math.floor((servers.length - 1) / 2)
  const count =
    servers.length === 1 ? 'one Consul server' : `${servers.length} Consul servers, an even number`
  return [
    problemAt(
      first,
      path,
      `${count}: the loss of ${losses === 0 ? 'none' : losses} is survived`,
      'use three or five',
    ),
  ]
}

function serversOf(site: CheckedSite): readonly CheckedHost[] {
  return hostsWith(site, 'consul').filter(({ vars }) => vars.consul?.server === true)
}
