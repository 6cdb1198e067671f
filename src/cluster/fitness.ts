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
export function fitStatuses(
  cluster: Cluster,
  what: string,
  isExcused: (status: MemberStatus) => boolean = () => false,
): Promise<readonly MemberStatus[]> {
  return fitFor(cluster, what, (found) =>
    unfitness(found.filter((member) => member.isLeader || !isExcused(member))),
  )
}

/** Asks all members and the DCS, and refuses with all that `reasonsIn` finds. */
export async function fitFor(
  cluster: Cluster,
  what: string,
  reasonsIn: (found: readonly MemberStatus[]) => readonly string[],
): Promise<readonly MemberStatus[]> {
  const [found, dcs] = await Promise.all([memberStatuses(cluster), dcsHasLeader.look(cluster)])
  const reasons = [
    ...reasonsIn(found),
    ...(dcs.done ? [] : [`the DCS has no quorum: waiting for ${dcs.waitingFor}`]),
  ]
  if (reasons.length === 0) return found
  throw new PghaError('refused', `${what} cannot begin: ${reasons.join('; ')}`, {
    hint: 'mend that first; `pgha status` and `pgha verify` show the cluster',
  })
}

/** Why no member may be taken from the cluster now; empty when one may. */
export function unfitness(found: readonly MemberStatus[]): readonly string[] {
  const leader = found.find(({ isLeader }) => isLeader)
  const replicas = found.filter(({ isLeader }) => !isLeader)
  return [
    ...unledness(found),
    ...replicas
      .filter(({ isStreaming }) => !isStreaming)
      .map(({ name, state, reason }) => `${name} is ${state}${reason === undefined ? '' : ` (${reason})`}`),
    ...replicas.flatMap((replica) => {
      const lag = lagBytes(leader, replica) ?? 0
      return replica.isStreaming && lag > lagBound ? [`${replica.name} lags by ${lag} bytes`] : []
    }),
  ]
}

/** Why nobody may be given the leadership now, whoever it is; empty when somebody may. */
export function unledness(found: readonly MemberStatus[]): readonly string[] {
  const leaders = found.filter(({ isLeader }) => isLeader).length
  return [
    ...(leaders === 1 ? [] : [leaders === 0 ? 'there is no leader' : 'there are two leaders']),
    ...(found.some(({ isPaused }) => isPaused) ? ['the cluster is paused (pgha resume)'] : []),
  ]
}
