import { command } from '../transport/shell.ts'

/** How a node reaches an address. */
export interface Route {
  readonly interface: string
  /** The address that the node speaks from. */
  readonly address: string
  /** Length of that interface's network prefix. */
  readonly prefix: number
}

/** The route to an address, and the addresses of all interfaces. */
export function networkFragment(routeTo: string): string {
  return `${command('ip', '-4', '-o', 'route', 'get', routeTo)} 2>/dev/null\necho --\nip -4 -o addr show 2>/dev/null`
}

/** Undefined when there is no route, or no `ip` on the node. The address itself may be on the node (it holds the VIP). */
export function parseRoute(printed: string, routeTo: string): Route | undefined {
  const [route = '', addresses = ''] = printed.split('\n--\n')
  const rows = addressRows(addresses)
  const holder = rows.find((row) => row.address === routeTo)
  if (holder !== undefined)
    return rows.find((row) => row.interface === holder.interface && row !== holder) ?? holder
  const source = /\bsrc (\S+)/.exec(route)?.[1]
  return rows.find((row) => row.address === source)
}

/** All IPv4 addresses of a node, without those that only it can reach. */
export function parseAddresses(printed: string): readonly string[] {
  const [, addresses = ''] = printed.split('\n--\n')
  return addressRows(addresses).flatMap(({ address }) => (address.startsWith('127.') ? [] : [address]))
}

function addressRows(addresses: string): readonly Route[] {
  return [...addresses.matchAll(/^\d+:\s+(\S+)\s+inet (\d+\.\d+\.\d+\.\d+)\/(\d+)/gm)].map(
    ([, name = '', address = '', prefix = '']) => ({ interface: name, address, prefix: Number(prefix) }),
  )
}
