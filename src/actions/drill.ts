import { isSynchronous } from '../cluster/candidate.ts'
import { unfitness } from '../cluster/fitness.ts'
import { leaderOf } from '../cluster/hand-over.ts'
import { memberStatuses } from '../cluster/members.ts'
import type { Arena } from '../drill/arena.ts'
import { placesOf } from '../drill/clients.ts'
import { healRemains } from '../drill/dead-man.ts'
import { assess } from '../drill/judge/assess.ts'
import { randomOf } from '../drill/random.ts'
import type { DrillResult, Trial } from '../drill/result.ts'
import { type Rounded, runRound } from '../drill/round.ts'
import { untilWhole } from '../drill/whole.ts'
import { createSchema, dropSchema } from '../drill/workload/schema.ts'
import { Session } from '../drill/workload/session.ts'
import { messageOf, PghaError } from '../shared/errors.ts'
import { type ArenaOptions, openArena, refuseProduction } from './drill-arena.ts'
import { boundOf, boundsOf, type Expectations, expectationsOf, holdOf } from './drill-bounds.ts'
import { circumstances, versionsOf } from './drill-nodes.ts'
import { cloneLost, missingIn, withClones } from './drill-mend.ts'
import { type PlannedRound, type PlanOptions, planRounds } from './drill-plan.ts'
import type { Intent } from './operation.ts'
import { newRunId } from './run-id.ts'
import { openSite, type RunSite } from './site.ts'

export type { DrillResult } from '../drill/result.ts'

export interface DrillOptions extends ArenaOptions {
  readonly plan: PlanOptions
  readonly seed: number
  /** The scope, typed by the operator; needed where the inventory says `environment: production`. */
  readonly on: string | undefined
  /** Has replicas that do not come back by themselves cloned anew, so that the next round can begin. */
  readonly reinit: boolean
  /** Tells this result from others in one report; the scope when undefined. */
  readonly label: string | undefined
  readonly confirm: (intent: Intent) => Promise<boolean>
  /** Told of the drill as far as it has come, after each round. */
  readonly onTrial: (result: DrillResult) => void
}

/** Breaks the cluster on purpose, round by round, and measures. Undefined when the operator said no. */
export async function drill(options: DrillOptions): Promise<DrillResult | undefined> {
  const random = randomOf(options.seed)
  const planned = planRounds(options.plan, random)
  const site = openSite(options, { onlyLooks: true })
  refuseProduction(site, options.on)
  const { arena, close } = openArena(site, random, options)
  const { cluster } = arena
  try {
    await refuseUnhealthy(arena)
    const expectations = expectationsOf(site.hosts, await isSynchronous(cluster, await leaderOf(cluster)))
    if (!(await options.confirm(intentOf(planned, expectations, arena, options.reinit)))) return undefined
    options.stop?.defer()
    return await carryOut(planned, expectations, arena, site, options)
  } finally {
    await close()
  }
}

/** Whole, not paused, everybody reachable and locked; what a drill that died has left is healed first. */
async function refuseUnhealthy({ cluster, tell }: Arena): Promise<void> {
  await Promise.all(
    [...cluster.connections.values()].map(async (connection) => {
      if (await healRemains(connection)) tell(`healed what a drill that died had left on ${connection.host}`)
    }),
  )
  const reasons = unfitness(await memberStatuses(cluster))
  const whole = reasons.length === 0 ? await untilWhole(cluster, 20, tell) : { missing: reasons.join('; ') }
  if ('missing' in whole) {
    throw new PghaError('refused', `a drill begins with a healthy cluster: ${whole.missing}`, {
      hint: '`pgha verify` and `pgha doctor` say more',
    })
  }
}

function intentOf(
  planned: readonly PlannedRound[],
  expectations: Expectations,
  arena: Arena,
  mayClone: boolean,
): Intent {
  const { scope, vip } = arena.cluster
  const clones = mayClone
    ? '; the data of a replica that does not come back is thrown away and cloned anew'
    : ''
  const seconds = planned.reduce((sum, round) => sum + secondsOf(round, expectations, arena), 0)
  const counts = new Map<string, number>()
  for (const { fault } of planned) counts.set(fault.id, (counts.get(fault.id) ?? 0) + 1)
  const whatOf = (id: string) => planned.find(({ fault }) => fault.id === id)?.fault.what ?? ''
  return {
    title: `drill on ${scope}: ${planned.length} rounds, about ${Math.ceil(seconds / 60)} min`,
    steps: [...counts].map(([id, count]) => `${id}${count > 1 ? ` (${count} times)` : ''}: ${whatOf(id)}`),
    disturbs: `clients of ${vip} are cut off again and again, for as long as each fault takes; with asynchronous replication acknowledged writes may be lost${clones}`,
    disruption: 'switchover',
  }
}

// Five seconds of health before a fault, about twenty until all is whole, and three after that.
const overheadSeconds = 28

function secondsOf({ fault, hold, waitFor }: PlannedRound, expectations: Expectations, arena: Arena): number {
  const lasting = fault.lasts ? (hold ?? holdOf(fault, expectations)) : 0
  return overheadSeconds + arena.loopWaitSeconds / 2 + lasting + waitFor
}

/** One fault at a time; the next only when the cluster is whole again. What was measured is kept whatever happens. */
async function carryOut(
  planned: readonly PlannedRound[],
  expectations: Expectations,
  arena: Arena,
  site: RunSite,
  options: DrillOptions,
): Promise<DrillResult> {
  const runId = newRunId()
  options.emit({ kind: 'run-start', runId, command: options.command })
  const base = {
    ...{ runId, scope: arena.cluster.scope, startedAt: new Date().toISOString(), seed: options.seed },
    label: options.label ?? arena.cluster.scope,
    ...{ writers: options.writers, nodes: await versionsOf(arena.cluster), ...circumstances(site) },
    replication: expectations.isSynchronous ? ('synchronous' as const) : ('asynchronous' as const),
  }
  const trials: Trial[] = []
  const resultOf = (finished: boolean, endedEarly: string | undefined): DrillResult => ({
    ...{ ...base, trials: [...trials], endedAt: new Date().toISOString(), finished, endedEarly },
  })
  await withSession(arena, createSchema)
  let endedEarly: string | undefined
  for (const round of planned) {
    endedEarly = await whyStop(arena, options.reinit, trials)
    if (endedEarly !== undefined) break
    const trial = await tryRound(round, expectations, arena)
    // A round that Ctrl-C ended is healed, and tells nothing.
    if (trial.rounded.kind === 'broken' && arena.signal?.aborted === true) continue
    trials.push(trial)
    options.onTrial(resultOf(false, undefined))
  }
  await withSession(arena, dropSchema).catch((thrown: unknown) => {
    options.emit({ kind: 'warning', text: `the schema pgha_drill is still there: ${messageOf(thrown)}` })
  })
  const result = resultOf(endedEarly === undefined, endedEarly)
  options.onTrial(result)
  return result
}

/** Why a drill ended early that Ctrl-C ended. */
export const stoppedOnRequest = 'stopped on request'

/** The next round needs a whole cluster; replicas may be cloned for that, which the last round is told. */
async function whyStop(arena: Arena, mayClone: boolean, trials: Trial[]): Promise<string | undefined> {
  if (arena.signal?.aborted === true) return stoppedOnRequest
  let missing = await missingIn(arena)
  if (missing !== undefined && mayClone) {
    const cloned = await cloneLost(arena)
    const last = trials.pop()
    if (last !== undefined) trials.push(withClones(last, cloned))
    missing = await missingIn(arena)
  }
  return missing === undefined ? undefined : `the cluster is not whole: ${missing}`
}

async function tryRound(round: PlannedRound, expectations: Expectations, arena: Arena): Promise<Trial> {
  const { fault } = round
  const holdSeconds = round.hold ?? holdOf(fault, expectations)
  const bound = boundOf(fault, expectations)
  const bounds = boundsOf(round, bound, expectations)
  await new Promise((resolve) => setTimeout(resolve, round.waitFor * 1000))
  const wholeSeconds = fault.redundancySeconds * 2
  const rounded = await runRound({ fault, holdSeconds, wholeSeconds }, arena).catch(brokenBy)
  return {
    ...{ fault: fault.id, what: fault.what, round: round.round, holdSeconds, bound, bounds, rounded },
    assessment: rounded.kind === 'measured' ? assess(rounded.figures, bounds) : undefined,
  }
}

/** A round that could not be carried out says why; the drill goes on as soon as the cluster is whole. */
function brokenBy(thrown: unknown): Rounded {
  if (!(thrown instanceof PghaError)) throw thrown
  const evidence = thrown.context.evidence ?? []
  return { kind: 'broken', victims: [], reason: [thrown.message, ...evidence].join('; ') }
}

async function withSession(arena: Arena, work: (session: Session) => Promise<void>): Promise<void> {
  const { primary } = placesOf(arena.cluster)
  const session = await Session.open(primary, { connectMs: 5_000, answerMs: 15_000 }).catch(
    (thrown: unknown) => {
      const place = `${primary.address}:${primary.port}`
      throw new PghaError('failed', `${place} cannot be reached from this machine: ${messageOf(thrown)}`, {
        hint: 'the clients of a drill run here: run it where the virtual address can be reached',
      })
    },
  )
  try {
    await work(session)
  } finally {
    session.destroy()
  }
}
