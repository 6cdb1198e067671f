import { memberStatuses } from '../cluster/members.ts'
import { anyClusterView, type ClusterView } from '../cluster/patroni-api.ts'
import { vipHolders } from '../cluster/vip.ts'
import { clusterOf } from './cluster-of.ts'
import type { RunOptions } from './options.ts'
import { closeAll, reach } from './reach.ts'
import { openSite } from './site.ts'

/** The cluster at a glance. */
export interface Status {
  readonly scope: string
  readonly vip: string
  readonly vipHolders: readonly string[]
  /** Undefined when no member's Patroni answers; then `reasons` says why, by member. */
  readonly view: ClusterView | undefined
  readonly reasons: ReadonlyMap<string, string>
  readonly unreachable: readonly string[]
  /** Replicas that run and do not stream, by their own word or that of the leader; by name. */
  readonly notStreaming: readonly string[]
  /** Address and names by the member's name in Patroni, from the inventory. */
  readonly members: readonly { readonly name: string; readonly host: string; readonly address: string }[]
}

/** Asks for members, roles, lag and the holder of the VIP. Reads only. */
export async function status(options: RunOptions): Promise<Status> {
  const site = openSite(options, { onlyLooks: true })
  const reached = await reach(site, options, false)
  try {
    const cluster = clusterOf(site, reached)
    const base = { scope: cluster.scope, vip: cluster.vip, members: cluster.members }
    const unreachable = reached.failures.map(({ message }) => message)
    if (reached.connections.size === 0) {
      return { ...base, vipHolders: [], view: undefined, reasons: new Map(), unreachable, notStreaming: [] }
    }
    const [view, holders, found] = await Promise.all([
      anyClusterView(cluster),
      vipHolders(cluster),
      memberStatuses(cluster),
    ])
    const answering = found.filter(({ reason }) => reason === undefined)
    const isView = 'members' in view
    return {
      ...base,
      vipHolders: holders,
      view: isView ? view : undefined,
      reasons: isView ? new Map() : view,
      unreachable,
      notStreaming: answering
        .filter(({ isLeader, isStreaming }) => !isLeader && !isStreaming)
        .map(({ name }) => name),
    }
  } finally {
    await closeAll(reached)
  }
}
