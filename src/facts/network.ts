/** How a node reaches an address. */
export interface Route {
  readonly interface: string
  /** The address that the node speaks from. */
  readonly address: string
  /** Length of that interface's network prefix. */
  readonly prefix: number
}

/** The addresses of all interfaces, then the route to an address, which may be none; by one process. */
export function networkFragment(routeTo: string): string {
  const [address = ''] = routeTo.split(/\s/)
  // A document of this size is written into the pipe by the shell itself.
  return `ip -4 -o -batch - 2>/dev/null <<'E'\naddr show\nroute get ${address}\nE`
}

/** Undefined when there is no route, or no `ip` on the node. The address itself may be on the node (it holds the VIP). */
export function parseRoute(printed: string, routeTo: string): Route | undefined {
  const rows = addressRows(printed)
  const holder = rows.find((row) => row.address === routeTo)
  if (holder !== undefined)
    return rows.find((row) => row.interface === holder.interface && row !== holder) ?? holder
  const source = /^(?!\d+:\s).*\bsrc (\S+)/m.exec(printed)?.[1]
  return rows.find((row) => row.address === source)
}

/** All IPv4 addresses of a node, without those that only it can reach. */
export function parseAddresses(printed: string): readonly string[] {
  return addressRows(printed).flatMap(({ address }) => (address.startsWith('127.') ? [] : [address]))
}

function addressRows(addresses: string): readonly Route[] {
  return [...addresses.matchAll(/^\d+:\s+(\S+)\s+inet (\d+\.\d+\.\d+\.\d+)\/(\d+)/gm)].map(
    ([, name = '', address = '', prefix = '']) => ({ interface: name, address, prefix: Number(prefix) }),
  )
}
