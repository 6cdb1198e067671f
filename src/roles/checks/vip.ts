import ipaddr from 'ipaddr.js'
import type { Problem } from '../../shared/errors.ts'
import { isNoNodeAddress } from './addresses.ts'
import { type Check, finding, onEachHost, runs } from './check.ts'

export interface VipPlace {
  readonly vip: string
  /** A node that may hold the VIP. */
  readonly address: string
  /** Prefix length of the node's network, where it is known. */
  readonly prefix: number | undefined
}

/** What is wrong with a VIP on a node, from the inventory alone or from what was found on the node. */
export function vipProblems({ vip, address, prefix }: VipPlace): readonly Problem[] {
  if (isNoNodeAddress(vip)) return [{ message: `${vip} cannot be the address of a machine` }]
  if (vip === address) return [{ message: `${vip} is the address of a node` }]
  // A VIP of its own (/32) says nothing about the network, and /31 has neither network nor broadcast address.
  if (prefix === undefined || prefix >= 31) return []
  const network = `${address}/${prefix}`
  if (!ipaddr.IPv4.parse(vip).match(ipaddr.IPv4.parseCIDR(network))) {
    const name = `${ipaddr.IPv4.networkAddressFromCIDR(network).toString()}/${prefix}`
    return [{ message: `${vip} is outside the network of the nodes, ${name}` }]
  }
  if (vip === ipaddr.IPv4.networkAddressFromCIDR(network).toString()) {
    return [{ message: `${vip} is the address of the network itself` }]
  }
  if (vip === ipaddr.IPv4.broadcastAddressFromCIDR(network).toString()) {
    return [{ message: `${vip} is the broadcast address of the network` }]
  }
  return []
}

/** The VIP has to be a free address in the network of the nodes that may hold it. */
export const vipFits: Check = onEachHost((host, site) => {
  const { keepalived, address } = host.vars
  if (!runs(host, 'keepalived') || !keepalived || typeof address !== 'string') return []
  const { vip, prefix } = keepalived
  const owner = site.hosts.find(({ vars }) => vars.address === vip)
  const problems =
    owner === undefined
      ? vipProblems({ vip, address, prefix })
      : [{ message: `${vip} is the address of ${owner.name}` }]
  return problems.map(({ message }) => finding(['keepalived', 'vip'], message))
})
