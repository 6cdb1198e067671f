import { fitStatuses } from '../cluster/fitness.ts'
import { memberStatuses } from '../cluster/members.ts'
import { planRestart, restartOrderText, type RestartStep } from '../cluster/restart-plan.ts'
import { rollingRestart } from '../cluster/rolling-restart.ts'
import { untilAll, type Watch } from '../cluster/waiting.ts'
import type { Disruption } from '../engine/disruption.ts'
import { type Change, planHost } from '../engine/plan.ts'
import { probe, type States } from '../engine/probe.ts'
import type { Resource } from '../engine/resource.ts'
import { postgresRestartType, restartChanges, restartOf } from '../resources/postgres-restart.ts'
import type { PostgresRestartState, PostgresRestartWant, RestartReason } from '../resources/postgres-state.ts'
import { nodeName } from '../roles/members.ts'
import { PghaError } from '../shared/errors.ts'
import { refuseDisruption, refuseWorse } from './refuse-disruption.ts'
import type { StagesContext } from './stages-context.ts'
import type { SurveyedNode } from './survey.ts'

/** What a node was found to be. */
export interface ProbedNode {
  readonly node: SurveyedNode
  readonly states: States
}

/** True for the resource that only the cluster as a whole can bring about. */
export function isRestart({ type }: Resource): boolean {
  return type.kind === postgresRestartType.kind
}

/** The order in which the members that are due will be restarted, as it can be told beforehand. */
export function plannedOrder(probed: readonly ProbedNode[]): string | undefined {
  const dues = probed.flatMap(dueOf)
  const leader = dues.find(({ state }) => state.isLeader)
  const known = dues.map(({ name, state, changes, isDue }) => ({
    ...{ name, isDue, changes, isLeader: state.isLeader, isCandidate: true },
    lagBytes: Math.max(0, (leader?.state.position ?? 0) - (state.position ?? 0)),
  }))
  const others = (dues[0]?.want.members ?? 0) > dues.length ? [elsewhere] : []
  const steps = planRestart([...known, ...others])
  return steps.length === 0 ? undefined : restartOrderText(steps)
}

/** Members that this run does not look at can lead all the same. */
const elsewhere = { name: '', isDue: false, changes: [], isLeader: false, isCandidate: true, lagBytes: 0 }

/** Restarts PostgreSQL of the nodes where that was planned and is still due, in turn. Gives what was due. */
export async function restartMembers(
  nodes: readonly SurveyedNode[],
  context: StagesContext,
  watch: Watch,
): Promise<readonly Change[]> {
  const due = await dueNodes(nodes)
  if (due.length === 0) return []
  const { cluster, options, plan } = context
  const changes = due.flatMap(({ change }) => change ?? [])
  refuseWorse(changes, plan, options.maxDisruption)
  const names = new Map(due.map(({ name, changes }) => [name, changes]))
  // After a change of the DCS, members hear of it when their loop comes round.
  await untilAll(
    cluster,
    'members know what they owe',
    watch,
    (one) => one.isRestartPending || !names.has(one.name),
  )
  await fitStatuses(cluster, 'the rolling restart')
  const steps = await stepsFor(names, context)
  // The leadership may have moved since.
  refuseDisruption(disruptionOf(steps), options.maxDisruption)
  await rollingRestart(cluster, steps, watch)
  const [left] = await dueNodes(nodes)
  if (left === undefined) return changes
  throw new PghaError('failed', `still runs with other settings: ${changesText(left.changes)}`, {
    host: left.node.host.name,
    hint: 'something else sets them there: look at pg_settings, column sourcefile',
  })
}

/** Whom a rolling restart disturbs. */
export function disruptionOf(steps: readonly RestartStep[]): Disruption {
  if (steps.length === 0) return 'none'
  return steps.some(({ kind }) => kind !== 'restart') ? 'switchover' : 'rolling-restart'
}

async function stepsFor(
  due: ReadonlyMap<string, readonly RestartReason[]>,
  { cluster }: StagesContext,
): Promise<readonly RestartStep[]> {
  const found = await memberStatuses(cluster)
  const position = found.find(({ isLeader }) => isLeader)?.position ?? 0
  return planRestart(
    found.map((member) => ({
      ...{ name: member.name, isLeader: member.isLeader, isCandidate: member.isCandidate },
      isDue: due.has(member.name),
      lagBytes: Math.max(0, position - (member.position ?? 0)),
      changes: due.get(member.name) ?? [],
    })),
  )
}

interface Due {
  readonly node: SurveyedNode
  readonly name: string
  readonly isDue: boolean
  /** As a plan has it; undefined when nothing is due. */
  readonly change: Change | undefined
  readonly changes: readonly RestartReason[]
  readonly want: PostgresRestartWant
  readonly state: NonNullable<PostgresRestartState>
}

async function dueNodes(nodes: readonly SurveyedNode[]): Promise<readonly Due[]> {
  const probed = await Promise.all(
    nodes.map(async (node) => ({
      node,
      states: await probe(node.connection, node.resources.filter(isRestart)),
    })),
  )
  return probed.flatMap(dueOf).filter(({ isDue }) => isDue)
}

function dueOf({ node, states }: ProbedNode): readonly Due[] {
  return node.resources.flatMap((wanted) => {
    const found = restartOf(wanted, states.get(wanted.id))
    if (found === undefined) return []
    const changes = restartChanges(found.want, found.state)
    const [change] = planHost(node.host.name, [wanted], states)
    return [{ ...found, node, name: nodeName(node.host), isDue: change !== undefined, change, changes }]
  })
}

function changesText(changes: readonly RestartReason[]): string {
  return changes.map(({ name, from, to }) => `${name} ${from} → ${to}`).join(', ') || 'a restart is pending'
}
