import type { Cluster, Member } from '../cluster/cluster.ts'
import { oneLeader } from '../cluster/checks/one-leader.ts'
import { type MemberStatus, memberStatuses } from '../cluster/members.ts'
import { memberNamed } from '../cluster/candidate.ts'
import { patchSettings } from '../cluster/patroni-calls.ts'
import { timed, untilAll } from '../cluster/waiting.ts'
import { PghaError } from '../shared/errors.ts'
import { type Intent, operate, type Operated, type OperationOptions } from './operation.ts'

/** Takes the cluster into maintenance mode, where Patroni changes nothing by itself, or back out of it. */
export function pause(options: OperationOptions, isPaused: boolean): Promise<Operated> {
  return operate(options, {
    needsAllHosts: false,
    checks: [oneLeader],
    async prepare({ cluster }) {
      const found = (await memberStatuses(cluster)).filter(({ reason }) => reason === undefined)
      const teller = tellerOf(cluster, found)
      const isDone = found.every((member) => member.isPaused === isPaused)
      return {
        intent: { ...(isPaused ? pauseIntent : resumeIntent), ...(isDone ? { steps: [] } : {}) },
        carryOut: (watch) =>
          timed(teller.host, isPaused ? 'pause the cluster' : 'resume the cluster', watch, async () => {
            await patchSettings(cluster, teller, { pause: isPaused ? true : null })
            await untilAll(cluster, 'all members know it', watch, (member) => member.isPaused === isPaused)
          }),
      }
    },
  })
}

function tellerOf(cluster: Cluster, found: readonly MemberStatus[]): Member {
  const teller = found.find(({ isLeader }) => isLeader) ?? found[0]
  if (teller !== undefined) return memberNamed(cluster, teller.name)
  throw new PghaError('failed', 'Patroni of no member answers', { hint: 'pgha status shows why' })
}

const pauseIntent: Intent = {
  title: 'pause',
  steps: ['take the cluster into maintenance mode'],
  disturbs: 'nobody now; but until `pgha resume` no member takes over from a leader that fails',
  disruption: 'none',
}

const resumeIntent: Intent = {
  title: 'resume',
  steps: ['take the cluster out of maintenance mode'],
  disturbs: 'nobody, when the cluster is healthy; Patroni mends by itself what is not',
  disruption: 'none',
}
