import ipaddr from 'ipaddr.js'
import { type Check, finding, type CheckedHost, onEachHost, placeOf, problemAt } from './check.ts'

/** Two nodes cannot have one address. */
export const duplicateAddresses: Check = (site) => {
  const owners = new Map<string, CheckedHost>()
  return site.hosts.flatMap((host) => {
    const { address } = host.vars
    if (typeof address !== 'string') return []
    const owner = owners.get(address)
    if (owner === undefined) owners.set(address, host)
    if (owner === undefined) return []
    const message = `${address} is also the address of ${owner.name} (${placeOf(owner, ['address'])})`
    return [problemAt(host, ['address'], message)]
  })
}

// Ranges in which no other node could reach this one.
const unreachable: ReadonlySet<string> = new Set(['unspecified', 'broadcast', 'multicast', 'loopback'])

/** Whether an address cannot belong to one machine on a network. */
export function isNoNodeAddress(address: string): boolean {
  return unreachable.has(ipaddr.IPv4.parse(address).range())
}

/** The other nodes have to reach the address. */
export const impossibleAddresses: Check = onEachHost((host) => {
  const { address } = host.vars
  if (typeof address !== 'string' || !isNoNodeAddress(address)) return []
  return [finding(['address'], `${address} cannot be reached from other nodes`)]
})
