import ipaddr from 'ipaddr.js'
import type { ZabbixAgentVars } from './vars.ts'

/** The address of the server for a node with these addresses: the inner one where one of them is in its network. */
export function zabbixServer(
  { server, internal }: Pick<ZabbixAgentVars, 'server' | 'internal'>,
  addresses: readonly string[],
): string {
  if (internal === undefined) return server
  const network = ipaddr.IPv4.parseCIDR(internal.network)
  return addresses.some((address) => ipaddr.IPv4.parse(address).match(network)) ? internal.server : server
}
