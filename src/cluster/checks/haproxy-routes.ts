import { messageOf } from '../../shared/errors.ts'
import type { Balancer, Cluster } from '../cluster.ts'
import { wayTo } from '../cluster.ts'
import { anyClusterView, isLeader } from '../patroni-api.ts'
import { query } from '../sql.ts'
import type { Check } from './check.ts'

/** On each node: HAProxy's writes arrive at the leader that Patroni names, its reads at a replica. */
export const haproxyRoutes: Check = {
  name: 'HAProxy routes',
  async run(cluster) {
    const leader = await leaderAddress(cluster)
    const found = await Promise.all(cluster.balancers.map((balancer) => wrongOf(cluster, balancer, leader)))
    const wrong = found.flat()
    const hasReplicas =
      cluster.members.length > 1 && cluster.balancers.every(({ replicaPort }) => replicaPort !== undefined)
    return {
      ok: wrong.length === 0 && leader !== undefined && cluster.balancers.length > 0,
      summary:
        wrong.length > 0
          ? wrong.join('; ')
          : `${cluster.balancers.length} nodes send writes to ${leader ?? 'no leader'}${hasReplicas ? ' and reads to replicas' : ''}`,
      figures: { balancers: cluster.balancers.length, wrong: wrong.length },
    }
  },
}

async function leaderAddress(cluster: Cluster): Promise<string | undefined> {
  const view = await anyClusterView(cluster)
  const name = 'members' in view ? view.members.find(isLeader)?.name : undefined
  return cluster.members.find((member) => member.name === name)?.address
}

async function wrongOf(
  cluster: Cluster,
  balancer: Balancer,
  leader: string | undefined,
): Promise<readonly string[]> {
  const writes = await serverBehind(cluster, balancer, balancer.primaryPort)
  const isLeaderReached = 'address' in writes && writes.address === leader && !writes.inRecovery
  const told = isLeaderReached
    ? []
    : [`${balancer.host}:${balancer.primaryPort} ${textOf(writes)}, not the leader`]
  const { replicaPort } = balancer
  if (cluster.members.length < 2 || replicaPort === undefined) return told
  const reads = await serverBehind(cluster, balancer, replicaPort)
  const isReplicaReached = 'address' in reads && reads.inRecovery
  return isReplicaReached
    ? told
    : [...told, `${balancer.host}:${replicaPort} ${textOf(reads)}, not a replica`]
}

type Reached = { readonly address: string; readonly inRecovery: boolean } | { readonly reason: string }

async function serverBehind(cluster: Cluster, balancer: Balancer, port: number): Promise<Reached> {
  try {
    const place = { address: balancer.address, port }
    const sql = 'select host(inet_server_addr()) as address, pg_is_in_recovery() as in_recovery'
    const [row] = await query(cluster, wayTo(cluster, balancer.host), place, sql)
    return { address: String(row?.['address']), inRecovery: row?.['in_recovery'] === true }
  } catch (thrown) {
    return { reason: messageOf(thrown) }
  }
}

function textOf(reached: Reached): string {
  if ('reason' in reached) return `does not answer (${reached.reason})`
  return `leads to ${reached.address}${reached.inRecovery ? ' (a replica)' : ''}`
}
