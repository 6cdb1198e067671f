import type { Cluster } from '../cluster/cluster.ts'
import { fitStatuses } from '../cluster/fitness.ts'
import type { MemberStatus } from '../cluster/members.ts'
import type { Change, Plan } from '../engine/plan.ts'

/**
 * Refuses a plan with restarts of PostgreSQL that the cluster could not stand now, before anything is touched. Not counted
 * are members that this very plan brings back: those whose Patroni it starts, and those that a corrected parameter in the
 * DCS may let start. They are waited for, and all judged, before the first restart.
 */
export async function refuseUnfit({
  plan,
  cluster,
}: {
  readonly plan: Plan
  readonly cluster: Cluster
}): Promise<void> {
  if (plan.restartOrder === undefined) return
  await fitStatuses(cluster, 'the rolling restart of this plan', broughtBackBy(plan, cluster))
}

function broughtBackBy({ changes }: Plan, { members }: Cluster): (status: MemberStatus) => boolean {
  const corrects = changes.some(correctsPostgres)
  const starts = changes.filter(startsPatroni).map(({ host }) => host)
  const started = members.filter(({ host }) => starts.includes(host)).map(({ name }) => name)
  return ({ name, reason, isStreaming }) =>
    started.includes(name) || (corrects && reason === undefined && !isStreaming)
}

/** A change of the DCS that PostgreSQL's own settings are part of: Patroni takes them up when it next tries to start it. */
export function correctsPostgres({ kind, disruption }: Change): boolean {
  return kind === 'dcs-config' && disruption !== 'none'
}

function startsPatroni({ role, kind, verb }: Change): boolean {
  return role === 'patroni' && kind === 'service' && verb === 'start'
}
