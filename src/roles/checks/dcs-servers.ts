import type { Problem } from '../../shared/errors.ts'
import { type DcsName, dcsNames } from '../dcs-defaults.ts'
import {
  type Check,
  type CheckedHost,
  type CheckedSite,
  hostsWith,
  isUnreadable,
  problemAt,
} from './check.ts'

const titles = { consul: 'Consul', etcd: 'etcd' } as const

/** Somebody has to vote. */
export const noDcsServer: Check = (site) => {
  return dcsNames.flatMap((dcs) => {
    const [first] = hostsWith(site, dcs)
    if (first === undefined || isUnreadable(site, dcs, 'roles') || serversOf(site, dcs).length > 0) return []
    const message = `no node is ${dcs === 'etcd' ? 'an' : 'a'} ${titles[dcs]} server`
    return [problemAt(first, [dcs, 'server'], message, `three or five nodes with ${dcs}.server: true`)]
  })
}

/** An even number of servers survives no more losses than one less, and one server none. */
export const fewDcsServers: Check = (site) => dcsNames.flatMap((dcs) => fewServers(site, dcs))

function fewServers(site: CheckedSite, dcs: DcsName): readonly Problem[] {
  const servers = serversOf(site, dcs)
  const [first] = servers
  if (
    first === undefined ||
    isUnreadable(site, dcs, 'roles') ||
    (servers.length % 2 === 1 && servers.length > 1)
  )
    return []
  const losses = Math.floor((servers.length - 1) / 2)
  const count =
    servers.length === 1
      ? `one ${titles[dcs]} server`
      : `${servers.length} ${titles[dcs]} servers, an even number`
  return [
    problemAt(
      first,
      [dcs, 'server'],
      `${count}: the loss of ${losses === 0 ? 'none' : losses} is survived`,
      'use three or five',
    ),
  ]
}

function serversOf(site: CheckedSite, dcs: DcsName): readonly CheckedHost[] {
  return hostsWith(site, dcs).filter(({ vars }) => vars[dcs]?.server === true)
}
