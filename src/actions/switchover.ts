import { memberNamed } from '../cluster/candidate.ts'
import type { Cluster, Member } from '../cluster/cluster.ts'
import { handOver, leaderOf } from '../cluster/hand-over.ts'
import { memberStatuses } from '../cluster/members.ts'
import { switchover as callSwitchover } from '../cluster/patroni-calls.ts'
import { bestCandidate } from '../cluster/candidate.ts'
import { timed } from '../cluster/waiting.ts'
import { PghaError } from '../shared/errors.ts'
import {
  operate,
  type Operated,
  type OperationContext,
  type OperationOptions,
  type Prepared,
} from './operation.ts'

export interface SwitchoverOptions extends OperationOptions {
  /** The next leader; the best replica when not given. */
  readonly to: string | undefined
  /** When; ISO 8601. Now when not given. */
  readonly at: string | undefined
}

/** Hands the leadership over in good order: the old leader stops cleanly, nothing is lost. */
export function switchover(options: SwitchoverOptions): Promise<Operated> {
  const at = options.at === undefined ? undefined : timeOf(options.at)
  return operate(options, {
    needsAllHosts: false,
    prepare: (context) => prepare(context, options.to, at),
  })
}

async function prepare(
  { cluster }: OperationContext,
  wanted: string | undefined,
  at: string | undefined,
): Promise<Prepared> {
  const leader = await leaderOf(cluster)
  const candidate =
    wanted === undefined ? await bestCandidate(cluster, leader) : await fitCandidate(cluster, leader, wanted)
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

async function fitCandidate(cluster: Cluster, leader: Member, wanted: string): Promise<Member> {
  const candidate = memberNamed(cluster, wanted)
  const status = (await memberStatuses(cluster)).find(({ name }) => name === candidate.name)
  if (candidate.name === leader.name) throw unfit(`${candidate.name} leads already`)
  if (status?.isStreaming !== true) {
    throw unfit(`${candidate.name} cannot take over: it is ${status?.reason ?? status?.state ?? 'unknown'}`)
  }
  if (!status.isCandidate) throw unfit(`${candidate.name} has the tag nofailover`)
  return candidate
}

function unfit(message: string): PghaError {
  return new PghaError('refused', message, { hint: '`pgha status` shows the replicas' })
}

/** Patroni wants a time zone: one that is not given is that of this machine. */
function timeOf(written: string): string {
  const time = new Date(written)
  if (!Number.isNaN(time.getTime()) && time.getTime() > Date.now()) return time.toISOString()
  throw new PghaError('input', `--at ${written} is no time to come`, {
    hint: 'such as 2026-11-22T03:00 or 2026-11-22T03:00:00+01:00',
  })
}
