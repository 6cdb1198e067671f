import type { Cluster, Member } from '../cluster/cluster.ts'
import { leaderOf } from '../cluster/hand-over.ts'
import { type Look, waitFor } from '../shared/retry.ts'
import { messageOf, PghaError } from '../shared/errors.ts'
import type { MemberRows, TimelineSpan } from './log.ts'
import { openSession } from './watch.ts'
import { leaderRows, replicaRows, timelineSpans } from './workload/schema.ts'

const catchUpMs = 60_000

/** What every member has of a round in the end: the leader, then each replica once it has replayed as much. */
export async function finalRows(
  cluster: Cluster,
  run: string,
): Promise<{ readonly members: readonly MemberRows[]; readonly spans: readonly TimelineSpan[] }> {
  const leader = await leaderOf(cluster)
  const session = await openSession(cluster, leader)
  try {
    const { rows, lsn } = await leaderRows(session, run)
    const spans = await timelineSpans(session, run)
    const replicas = cluster.members.filter(({ name }) => name !== leader.name)
    const others = await Promise.all(replicas.map((replica) => caughtUp(cluster, replica, run, lsn)))
    return { members: [{ member: leader.name, isLeader: true, rows }, ...others], spans }
  } finally {
    session.destroy()
  }
}

async function caughtUp(cluster: Cluster, member: Member, run: string, lsn: string): Promise<MemberRows> {
  const look = async (): Promise<Look<MemberRows['rows']>> => {
    try {
      const session = await openSession(cluster, member)
      const rows = await replicaRows(session, run, lsn).finally(() => {
        session.destroy()
      })
      return rows === undefined
        ? { done: false, waitingFor: `WAL up to ${lsn}` }
        : { done: true, value: rows }
    } catch (thrown) {
      return { done: false, waitingFor: messageOf(thrown) }
    }
  }
  const waited = await waitFor(look, { timeoutMs: catchUpMs, intervalMs: 500 })
  const { name, host } = member
  if (waited.ok) return { member: name, isLeader: false, rows: waited.value }
  throw new PghaError('failed', `the rows of ${name} cannot be read: ${waited.waitingFor}`, { host })
}
