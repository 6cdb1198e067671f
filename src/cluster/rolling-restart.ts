import { PghaError } from '../shared/errors.ts'
import { memberNamed } from './candidate.ts'
import type { Cluster } from './cluster.ts'
import { handOver } from './hand-over.ts'
import { memberStatuses, type MemberStatus } from './members.ts'
import { restartPostgres } from './patroni-calls.ts'
import { type RestartStep, restartOrderText } from './restart-plan.ts'
import { timed, untilBack, untilCaughtUp, type Watch } from './waiting.ts'

/**
 * Restarts PostgreSQL step by step through Patroni, never more than one member at a time: each is back before the next
 * goes. Stops at the first that is not, and between two steps when the operator asks for it, and says what is left.
 */
export async function rollingRestart(
  cluster: Cluster,
  steps: readonly RestartStep[],
  watch: Watch,
): Promise<void> {
  const before = await memberStatuses(cluster)
  for (const [index, step] of steps.entries()) {
    if (await isDone(step, cluster, before)) continue
    try {
      watch.mayGoOn()
    } catch (thrown) {
      throw withRest(thrown, steps.slice(index), 'run it again to go on')
    }
    try {
      await carryOut(step, cluster, watch, restartOrderText(steps.slice(index + 1)) || undefined)
    } catch (thrown) {
      throw withRest(thrown, steps.slice(index + 1), 'mend the member, then run it again')
    }
  }
}

async function carryOut(
  step: RestartStep,
  cluster: Cluster,
  watch: Watch,
  left: string | undefined,
): Promise<void> {
  const member = memberNamed(cluster, step.member)
  if (step.kind === 'switchover') {
    await handOver(cluster, undefined, watch, left)
    return
  }
  const where = step.kind === 'restart in place' ? ' in place' : ''
  const work = async () => {
    await restartPostgres(cluster, member)
    await untilBack(cluster, member, watch, ({ isLeader, isStreaming }) => isLeader || isStreaming)
  }
  await timed(member.host, `restart PostgreSQL of ${member.name}${where}`, watch, work, left)
  await untilCaughtUp(cluster, watch)
}

/** A demoted leader has been restarted by its demotion. */
async function isDone(
  step: RestartStep,
  cluster: Cluster,
  before: readonly MemberStatus[],
): Promise<boolean> {
  if (step.kind === 'switchover') return false
  const { name: wanted } = memberNamed(cluster, step.member)
  const then = before.find(({ name }) => name === wanted)
  const now = (await memberStatuses(cluster)).find(({ name }) => name === wanted)
  return now?.startedAt !== undefined && now.startedAt !== then?.startedAt && !now.isRestartPending
}

function withRest(thrown: unknown, rest: readonly RestartStep[], then: string): unknown {
  if (!(thrown instanceof PghaError) || rest.length === 0) return thrown
  // The doctor may have said already what to mend.
  const { hint: own } = thrown.context
  const hint = `${own === undefined ? '' : `${own}; `}not restarted yet: ${restartOrderText(rest)}; ${then}`
  return new PghaError(thrown.kind, thrown.message, { ...thrown.context, hint })
}
