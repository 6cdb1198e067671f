import { PghaError } from '../shared/errors.ts'
import type { Cluster } from './cluster.ts'
import { dcsHasLeader } from './gates.ts'
import { lagBytes, memberStatuses, type MemberStatus } from './members.ts'

/** Bytes that a replica may lag when somebody else is taken from the cluster: one segment of WAL. */
export const lagBound = 16 * 1024 * 1024

/**
 * Asks all members, and refuses with all reasons when the cluster cannot spare one of them now. Who is excused is judged
 * later, and counts only when it leads.
 */
export async function fitStatuses(
  cluster: Cluster,
  what: string,
  isExcused: (status: MemberStatus) => boolean = () => false,
): Promise<readonly MemberStatus[]> {
  const [found, dcs] = await Promise.all([memberStatuses(cluster), dcsHasLeader.look(cluster)])
  const reasons = [
    ...unfitness(found.filter((member) => member.isLeader || !isExcused(member))),
    ...(dcs.done ? [] : [`the DCS has no quorum: waiting for ${dcs.waitingFor}`]),
  ]
  if (reasons.length === 0) return found
  throw new PghaError('refused', `${what} cannot begin: ${reasons.join('; ')}`, {
    hint: 'mend that first; `pgha status` and `pgha verify` show the cluster',
  })
}

/** Why no member may be taken from the cluster now; empty when one may. */
export function unfitness(found: readonly MemberStatus[]): readonly string[] {
  const leaders = found.filter(({ isLeader }) => isLeader)
  const [leader] = leaders
  const replicas = found.filter(({ isLeader }) => !isLeader)
  return [
    ...(leaders.length === 1 ? [] : [leaders.length === 0 ? 'there is no leader' : 'there are two leaders']),
    ...replicas
      .filter(({ isStreaming }) => !isStreaming)
      .map(({ name, state, reason }) => `${name} is ${state}${reason === undefined ? '' : ` (${reason})`}`),
    ...replicas.flatMap((replica) => {
      const lag = lagBytes(leader, replica) ?? 0
      return replica.isStreaming && lag > lagBound ? [`${replica.name} lags by ${lag} bytes`] : []
    }),
    ...(found.some(({ isPaused }) => isPaused) ? ['the cluster is paused (pgha resume)'] : []),
  ]
}
