import { chooseCandidate, memberNamed } from '../cluster/candidate.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { haproxyRoutes } from '../cluster/checks/haproxy-routes.ts'
import { oneLeader } from '../cluster/checks/one-leader.ts'
import { memberStatuses, type MemberStatus } from '../cluster/members.ts'
import { failover as callFailover } from '../cluster/patroni-calls.ts'
import { timed, untilBack } from '../cluster/waiting.ts'
import { PghaError } from '../shared/errors.ts'
import { operate, type Operated, type OperationOptions } from './operation.ts'

export interface FailoverOptions extends OperationOptions {
  /** The next leader; the replica that has most of the WAL when not given. */
  readonly to: string | undefined
}

/** Makes a replica the leader of a cluster whose leader is gone; with a healthy leader, switchover is the way. */
export function failover(options: FailoverOptions): Promise<Operated> {
  return operate(options, {
    needsAllHosts: false,
    checks: [oneLeader, haproxyRoutes],
    async prepare({ cluster }) {
      const found = await memberStatuses(cluster)
      refuseHealthyLeader(found)
      const candidate = memberNamed(cluster, options.to ?? furthest(found, cluster))
      return {
        intent: {
          title: 'failover',
          steps: [`make ${candidate.name} the leader`],
          disturbs:
            'what the lost leader had acknowledged and not sent on is lost, unless replication is synchronous',
          disruption: 'switchover',
        },
        carryOut: (watch) =>
          timed(candidate.host, `failover to ${candidate.name}`, watch, async () => {
            await callFailover(cluster, candidate)
            await untilBack(cluster, candidate, watch, ({ isLeader }) => isLeader)
          }),
      }
    },
  })
}

function refuseHealthyLeader(found: readonly MemberStatus[]): void {
  const leader = found.find(({ isLeader }) => isLeader)
  if (leader === undefined) return
  throw new PghaError(
    'refused',
    `${leader.name} leads and answers: a failover could lose what it acknowledged`,
    {
      hint: 'hand the leadership over in good order: pgha switchover',
    },
  )
}

function furthest(found: readonly MemberStatus[], cluster: Cluster): string {
  const replicas = found.filter(({ isCandidate, position }) => isCandidate && position !== undefined)
  const [best] = replicas.toSorted((a, b) => (b.position ?? 0) - (a.position ?? 0))
  const name = best?.name ?? chooseCandidate(found, false)
  if (name !== undefined) return name
  throw new PghaError('refused', 'no member that answers can become the leader', {
    evidence: found.map((member) => `${member.name}: ${member.reason ?? member.state}`),
    hint: `start one of ${cluster.members.map(({ host }) => host).join(', ')} first`,
  })
}
