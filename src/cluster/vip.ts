import { command } from '../transport/shell.ts'
import type { Cluster } from './cluster.ts'

/** Hosts that hold the VIP on an interface now, of those that this run is connected to. */
export async function vipHolders(cluster: Cluster): Promise<readonly string[]> {
  const asked = cluster.vipNodes.flatMap(({ host }) => cluster.connections.get(host) ?? [])
  const script = holdsVipScript(cluster.vip)
  const held = await Promise.all(
    asked.map(async (node) => ({ host: node.host, answer: await node.run(script) })),
  )
  return held.filter(({ answer }) => answer.code === 0).map(({ host }) => host)
}

/** Ends with 0 on a node that holds the address. */
export function holdsVipScript(vip: string): string {
  return `${command('ip', '-4', '-o', 'addr', 'show', 'to', vip)} | grep -q inet`
}
