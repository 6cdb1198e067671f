import type { Cluster } from '../cluster/cluster.ts'
import { memberStatuses } from '../cluster/members.ts'
import { memberNamed } from '../cluster/candidate.ts'
import { vipHolders } from '../cluster/vip.ts'
import type { Fault } from './faults/fault.ts'
import type { Random } from './random.ts'

/** The hosts that a fault befalls now, or why there are none. */
export type Victims =
  { readonly hosts: readonly string[]; readonly leader: string } | { readonly reason: string }

/** Asks the cluster who is who at this moment; among equals the seed decides. */
export async function victimsOf({ victim }: Fault, cluster: Cluster, random: Random): Promise<Victims> {
  const statuses = await memberStatuses(cluster)
  const hostOf = (name: string) => memberNamed(cluster, name).host
  const leader = statuses.find(({ isLeader }) => isLeader)
  if (leader === undefined) return { reason: 'the cluster has no leader' }
  const leaderHost = hostOf(leader.name)
  const found = (hosts: readonly string[], reason: string): Victims =>
    hosts.length === 0 ? { reason } : { hosts, leader: leaderHost }
  const servers = cluster.dcsServers.map(({ host }) => host)
  const others = shuffled(
    servers.filter((host) => host !== leaderHost),
    random,
  )
  const replicas = statuses.filter(({ isStreaming }) => isStreaming)
  const oneOf = (members: typeof replicas) =>
    shuffled(members, random)
      .slice(0, 1)
      .map(({ name }) => hostOf(name))
  switch (victim) {
    case 'leader':
      return found([leaderHost], '')
    case 'vip-holder':
      return found(await vipHolders(cluster), 'no node holds the VIP')
    case 'replica':
      return found(oneOf(replicas), 'there is no replica')
    case 'replicas':
      return found(
        replicas.map(({ name }) => hostOf(name)),
        'there is no replica',
      )
    case 'sync-standby':
      return found(
        oneOf(replicas.filter(({ isSyncStandby }) => isSyncStandby)),
        'there is no synchronous standby: replication is asynchronous',
      )
    case 'dcs-server':
      return servers.length < 3
        ? { reason: 'fewer than three servers of the DCS are on these nodes' }
        : found(others.slice(0, 1), 'the DCS is external')
    case 'dcs-majority':
      return found(others.slice(0, Math.floor(servers.length / 2) + 1), 'the DCS is external')
    case 'all':
      return found([...cluster.connections.keys()], 'no nodes')
    case 'cluster':
      return { hosts: [], leader: leaderHost }
  }
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item)
}
