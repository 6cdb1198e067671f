import { pathText } from '../../inventory/path-text.ts'
import type { Problem } from '../../shared/errors.ts'
import {
  type Check,
  type CheckedHost,
  finding,
  hostsWith,
  isGiven,
  onEachHost,
  placeOf,
  problemAt,
  runs,
} from './check.ts'

/** A node with keepalived needs to know the virtual address. */
export const keepalivedSection: Check = onEachHost((host) => {
  if (!runs(host, 'keepalived') || host.vars.keepalived !== undefined) return []
  const message = 'missing: the role needs vip, vrrp_secret and a priority for each node'
  return [finding(['keepalived'], message, 'or take keepalived out of roles')]
})

const path = ['keepalived', 'priority']

/** With equal priorities two nodes may hold the virtual address at once (keepalived #1884). */
export const distinctPriorities: Check = (site) => {
  const hosts = hostsWith(site, 'keepalived')
  const owners = new Map<number, CheckedHost>()
  return hosts.flatMap((host) => {
    const { keepalived } = host.vars
    if (!keepalived || hosts.length < 2) return []
    if (!isGiven(host, path)) return [missing(host)]
    const owner = owners.get(keepalived.priority)
    if (owner === undefined) owners.set(keepalived.priority, host)
    if (owner === undefined) return []
    const message = `${host.name} has the priority of ${owner.name} (${placeOf(owner, path)})`
    return [problemAt(host, path, message, 'each node needs its own')]
  })
}

// At the host itself: the section that it inherits is not where its priority goes.
function missing(host: CheckedHost): Problem {
  return { ...problemAt(host, [], `missing on ${host.name}: each node needs its own`), path: pathText(path) }
}
