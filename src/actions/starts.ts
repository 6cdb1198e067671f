import type { Cluster } from '../cluster/cluster.ts'
import type { Plan } from '../engine/plan.ts'

/** This run starts Patroni on the host: nobody uses it yet. */
export function startsPatroni({ changes }: Plan, host: string): boolean {
  return changes.some(
    (one) => one.host === host && one.role === 'patroni' && one.kind === 'service' && one.verb === 'start',
  )
}

/** This run starts Patroni on all members, of which there are several: nobody uses the cluster yet. */
export function startsCluster(plan: Plan, _: string, { members }: Cluster): boolean {
  return members.length > 1 && members.every(({ host }) => startsPatroni(plan, host))
}

/** The host is the one that bootstraps the cluster; the others must find a leader to clone from. */
export function startsFirst(plan: Plan, host: string, cluster: Cluster): boolean {
  return startsCluster(plan, host, cluster) && cluster.members[0]?.host === host
}
