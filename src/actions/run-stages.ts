import type { Cluster } from '../cluster/cluster.ts'
import { type Gate, openGate } from '../cluster/gates.ts'
import { applyResources } from '../engine/apply.ts'
import { inBatches, onEach } from '../engine/fleet.ts'
import type { Change, Plan } from '../engine/plan.ts'
import type { RunJournal } from '../engine/run-journal.ts'
import { stopIfAsked } from '../engine/stop.ts'
import type { RunOptions } from './options.ts'
import { handOverFrom } from './leave.ts'
import { refuseOldPatroni } from './patroni-version.ts'
import { restartMembers } from './postgres-restarts.ts'
import { refuseOrphanData } from './preflight.ts'
import { type Stage, stages } from './stages.ts'
import type { SurveyedNode } from './survey.ts'

export interface StagesContext {
  readonly nodes: readonly SurveyedNode[]
  readonly plan: Plan
  readonly cluster: Cluster
  readonly runId: string
  readonly options: RunOptions
  readonly journal: RunJournal
}

/** Carries out a plan stage by stage. Gives what was changed, in the order of the plan where it was planned. */
export async function runStages(context: StagesContext): Promise<readonly Change[]> {
  const done: Change[] = []
  const owed: Gate[] = []
  for (const stage of stages) {
    const changes = await runStage(stage, context, done)
    done.push(...changes)
    if (changes.length === 0 || stage.after === undefined) continue
    if (stage.afterMayWait === true && isBeingBuilt(context)) owed.push(stage.after)
    else await pass(stage.after, context)
  }
  for (const gate of owed) await pass(gate, context)
  return done
}

/** True when this run starts Patroni on each node that has it. */
function isBeingBuilt({ nodes, plan }: StagesContext): boolean {
  const members = nodes.filter(({ host, isLeaving }) => host.vars.roles.includes('patroni') && !isLeaving)
  return members.every(({ host: { name } }) =>
    plan.changes.some(
      ({ host, role, kind, verb }) =>
        host === name && role === 'patroni' && kind === 'service' && verb === 'start',
    ),
  )
}

async function runStage(
  stage: Stage,
  context: StagesContext,
  done: readonly Change[],
): Promise<readonly Change[]> {
  const { plan, nodes, options, cluster } = context
  const touched = nodes.filter((node) => isTouched(stage, node, plan, done))
  if (touched.length === 0) return []
  stopIfAsked(options.stop?.signal)
  options.emit({ kind: 'stage', stage: stage.name, hosts: touched.map(({ host }) => host.name) })
  await pass(stage.before, context)
  if (stage.name === 'patroni') {
    // Only now is the package there on a new node.
    await refuseOldPatroni(touched)
    await refuseOrphanData(cluster, touched)
  }
  return stage.byCluster === undefined
    ? changeNodes(stage, touched, context)
    : changeCluster(stage, touched, context)
}

/** A node has a part in a stage when something was planned there, or when an earlier stage changed the node. */
function isTouched(stage: Stage, node: SurveyedNode, plan: Plan, done: readonly Change[]): boolean {
  const ids = new Set(node.resources.filter(stage.has).map(({ id }) => id))
  if (ids.size === 0) return false
  const isPlanned = plan.changes.some(({ host, resource }) => host === node.host.name && ids.has(resource))
  // Nobody was told of a restart that was not planned: the next diff shows it.
  return isPlanned || (stage.byCluster === undefined && done.some(({ host }) => host === node.host.name))
}

async function changeCluster(
  stage: Stage,
  touched: readonly SurveyedNode[],
  context: StagesContext,
): Promise<readonly Change[]> {
  if (stage.byCluster === 'switchover') await handOverFrom(touched, context.cluster, context.options)
  else await restartMembers(touched, context)
  return touched.flatMap((node) => {
    const ids = new Set(node.resources.filter(stage.has).map(({ id }) => id))
    return context.plan.changes.filter(({ host, resource }) => host === node.host.name && ids.has(resource))
  })
}

async function changeNodes(
  stage: Stage,
  touched: readonly SurveyedNode[],
  context: StagesContext,
): Promise<readonly Change[]> {
  const work = (node: SurveyedNode) => changeNode(stage, node, context)
  const { forks } = context.options
  if (stage.afterFirst !== undefined) {
    // Who joins finds those ready that run already.
    const joins = (node: SurveyedNode) => isStarted(stage, node, context.plan)
    const running = touched.filter((node) => !joins(node))
    const [first, ...others] = [...running, ...touched.filter(joins)]
    if (first === undefined) return []
    const changes = [...(await onEach([first], forks, work))]
    await pass(stage.afterFirst, context)
    changes.push(
      ...(await onEach(
        others.filter((node) => !joins(node)),
        forks,
        work,
      )),
    )
    changes.push(...(await onEach(others.filter(joins), forks, work)))
    return changes.flat()
  }
  const size = stage.oneByOne && disturbs(stage, context) ? 1 : forks
  return (await inBatches(touched, size, work)).flat()
}

function isStarted(stage: Stage, node: SurveyedNode, plan: Plan): boolean {
  const ids = new Set(node.resources.filter(stage.has).map(({ id }) => id))
  return plan.changes.some(
    ({ host, resource, verb }) => host === node.host.name && ids.has(resource) && verb === 'start',
  )
}

function disturbs(stage: Stage, { nodes, plan }: StagesContext): boolean {
  const ids = new Set(nodes.flatMap((node) => node.resources.filter(stage.has)).map(({ id }) => id))
  return plan.changes.some(
    ({ resource, verb }) => ids.has(resource) && ['restart', 'reload', 'stop'].includes(verb),
  )
}

/** What was planned on the node counts as done even when an earlier step of the run had brought it about. */
async function changeNode(
  stage: Stage,
  node: SurveyedNode,
  context: StagesContext,
): Promise<readonly Change[]> {
  const { plan, runId, options, journal } = context
  const { emit, stop } = options
  const resources = node.resources.filter(stage.has)
  const made = await applyResources(node.connection, resources, {
    ...{ runId, emit, journal },
    ...(stop === undefined ? {} : { signal: stop.signal }),
  })
  if (made.length > 0) await stage.afterEach?.(node)
  return resources.flatMap(({ id }) => {
    const planned = plan.changes.find(({ host, resource }) => host === node.host.name && resource === id)
    return planned ?? made.find(({ resource }) => resource === id) ?? []
  })
}

async function pass(gate: Gate | undefined, { cluster, options }: StagesContext): Promise<void> {
  if (gate === undefined) return
  const startedMs = Date.now()
  await openGate(gate, cluster, (_, waitingFor, ms) => {
    stopIfAsked(options.stop?.signal)
    options.emit({ kind: 'gate-wait', gate: gate.name, waitingFor, ms })
  })
  options.emit({ kind: 'gate-open', gate: gate.name, ms: Date.now() - startedMs })
}
