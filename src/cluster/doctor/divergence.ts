import type { Exam } from './exam.ts'
import type { Finding } from './finding.ts'

/**
 * Replicas that are where their leader has never been: on a later timeline, or further in the same one. The second kind
 * counts as streaming for Patroni and PostgreSQL alike, and will lose its rows or fail later.
 */
export function divergence(exam: Exam): readonly Finding[] {
  const leader = exam.members.find(({ isLeader }) => isLeader)
  // Asked after the replica: what was ahead of this was never the leader's.
  const later = exam.membersAgain.find(({ isLeader }) => isLeader)?.position
  if (leader === undefined) return []
  return exam.cluster.members.flatMap(({ host, name }) => {
    const replica = exam.members.find((member) => member.name === name && !member.isLeader)
    if (replica === undefined) return []
    const [own, its] = [replica.timeline, leader.timeline]
    if (own !== undefined && its !== undefined && own > its) {
      return [found(host, `${name} is on timeline ${own}, its leader ${leader.name} on ${its}`)]
    }
    if (later === undefined || replica.position === undefined || replica.position <= later) return []
    const ahead = replica.position - later
    return [found(host, `${name} has replayed ${ahead} bytes that its leader ${leader.name} never wrote`)]
  })
}

function found(host: string, evidence: string): Finding {
  return {
    cause: 'timeline divergence',
    host,
    unit: 'patroni',
    // pg_rewind may be about to mend it.
    lasting: false,
    evidence,
    remedy: `its data went another way than the leader's: save what is only on ${host}, then pgha reinit its member`,
  }
}
