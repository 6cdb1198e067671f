import { bestCandidate, isSynchronous, memberNamed, unfitCandidate } from '../cluster/candidate.ts'
import type { Member } from '../cluster/cluster.ts'
import { fitFor, unledness } from '../cluster/fitness.ts'
import { handOver, leaderOf } from '../cluster/hand-over.ts'
import { anyClusterView, scheduledText } from '../cluster/patroni-api.ts'
import { cancelSwitchover, switchover as callSwitchover } from '../cluster/patroni-calls.ts'
import { timed } from '../cluster/waiting.ts'
import { PghaError } from '../shared/errors.ts'
import {
  operate,
  type Operated,
  type OperationContext,
  type OperationOptions,
  type Prepared,
} from './operation.ts'
import { waitsOf } from './watch.ts'

export interface SwitchoverOptions extends OperationOptions {
  /** The next leader; the best replica when not given. */
  readonly to: string | undefined
  /** When; ISO 8601. Now when not given. */
  readonly at: string | undefined
  /** Takes back the one that is scheduled, instead. */
  readonly cancels: boolean
}

/** Hands the leadership over in good order: the old leader stops cleanly, nothing is lost. */
export function switchover(options: SwitchoverOptions): Promise<Operated> {
  const at = options.at === undefined ? undefined : timeOf(options.at)
  return operate(options, {
    needsAllHosts: false,
    prepare: (context) => prepare(context, options, at),
  })
}

async function prepare(
  context: OperationContext,
  { to, cancels }: SwitchoverOptions,
  at: string | undefined,
): Promise<Prepared> {
  if (cancels) return cancellation(context)
  const { cluster } = context
  const [leader, candidate] = await fitPair(context, to)
  const when = at === undefined ? '' : ` at ${at}`
  return {
    intent: {
      title: 'switchover',
      steps: [`switchover from ${leader.name} to ${candidate.name}${when}`],
      disturbs: `sessions of writers are cut and writes pause for a few seconds${when}; nothing that was acknowledged is lost`,
      disruption: 'switchover',
    },
    carryOut: async (watch) => {
      if (at === undefined) {
        await handOver(cluster, candidate, watch)
        return
      }
      const what = `schedule a switchover from ${leader.name} to ${candidate.name}${when}`
      await timed(leader.host, what, watch, async () => {
        await callSwitchover(cluster, leader, candidate, at)
      })
    },
  }
}

/** Who leads and who will, when the cluster can stand it now: the gates are those of a rolling restart. */
async function fitPair(
  { cluster, options }: OperationContext,
  to: string | undefined,
): Promise<readonly [leader: Member, candidate: Member]> {
  const wanted = to === undefined ? undefined : memberNamed(cluster, to)
  await fitFor(cluster, 'a switchover', unledness)
  const leader = await leaderOf(cluster)
  if (wanted === undefined) return [leader, await bestCandidate(cluster, leader, waitsOf(options))]
  const needsSync = await isSynchronous(cluster, leader)
  await fitFor(cluster, 'a switchover', (found) => unfitCandidate(found, wanted.name, needsSync))
  return [leader, wanted]
}

/** Takes back a switchover that waits for its time. */
async function cancellation({ cluster }: OperationContext): Promise<Prepared> {
  const leader = await leaderOf(cluster)
  const view = await anyClusterView(cluster)
  const scheduled = 'members' in view ? view.scheduled : undefined
  const title = 'switchover --cancel'
  return {
    intent: {
      ...{ title, disturbs: 'nobody', disruption: 'none' },
      steps: scheduled === undefined ? [] : [`cancel the switchover ${scheduledText(scheduled)}`],
    },
    carryOut: (watch) => timed(leader.host, title, watch, () => cancelSwitchover(cluster, leader)),
  }
}

/** Patroni wants a time zone: one that is not given is that of this machine. */
function timeOf(written: string): string {
  const time = new Date(written)
  if (!Number.isNaN(time.getTime()) && time.getTime() > Date.now()) return time.toISOString()
  throw new PghaError('input', `--at ${written} is no time to come`, {
    hint: 'such as 2026-11-22T03:00 or 2026-11-22T03:00:00+01:00',
  })
}
