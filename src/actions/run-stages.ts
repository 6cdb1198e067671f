import type { Cluster } from '../cluster/cluster.ts'
import { type Gate, openGate } from '../cluster/gates.ts'
import { applyResources } from '../engine/apply.ts'
import { onEach } from '../engine/fleet.ts'
import { type Change, type Plan, planHost } from '../engine/plan.ts'
import { probe } from '../engine/probe.ts'
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
  const { options, cluster } = context
  const touched = await touchedNodes(stage, context, done)
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

/**
 * The nodes that have a part in a stage: something was planned there; or an earlier stage changed the node, and now something
 * differs that no plan could know.
 */
async function touchedNodes(
  stage: Stage,
  { plan, nodes, options: { forks } }: StagesContext,
  done: readonly Change[],
): Promise<readonly SurveyedNode[]> {
  const touched = await onEach(nodes, forks, async (node) => {
    const resources = node.resources.filter(stage.has)
    if (
      resources.some(({ id }) =>
        plan.changes.some((one) => one.host === node.host.name && one.resource === id),
      )
    )
      return [node]
    // Nobody was told of a restart that was not planned: the next diff shows it.
    const isChanged = stage.byCluster === undefined && done.some(({ host }) => host === node.host.name)
    if (!isChanged || resources.length === 0) return []
    const found = await probe(node.connection, resources)
    return planHost(node.host.name, resources, found).length > 0 ? [node] : []
  })
  return touched.flat()
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
    const there = others.filter((node) => !joins(node))
    if (isRestarted(stage, context)) for (const node of there) changes.push(await work(node))
    else changes.push(...(await onEach(there, forks, work)))
    changes.push(...(await onEach(others.filter(joins), forks, work)))
    return changes.flat()
  }
  if (!stage.oneByOne) return (await onEach(touched, forks, work)).flat()
  const isNew = (node: SurveyedNode) => isStarted(stage, node, context.plan)
  const changes = [...(await onEach(touched.filter(isNew), forks, work))]
  const others = touched.filter((node) => !isNew(node))
  const guard = others.length > 1 ? await guardOf(stage, context) : undefined
  for (const node of others) {
    if (isDisturbed(stage, node, context.plan)) await pass(stage.canSpare?.(node.host.name), context)
    const changed = await work(node)
    changes.push(changed)
    if (changed.length > 0 && node !== others.at(-1)) await pass(guard, context)
  }
  return changes.flat()
}

/** What is broken before the stage begins is no reason to stop: this run may be what mends it. */
async function guardOf({ between }: Stage, { cluster }: StagesContext): Promise<Gate | undefined> {
  return (await between?.look(cluster))?.done === true ? between : undefined
}

/** Nobody notices a reload of Patroni, but its restart. */
function isRestarted(stage: Stage, { nodes, plan }: StagesContext): boolean {
  const ids = new Set(nodes.flatMap((node) => node.resources.filter(stage.has)).map(({ id }) => id))
  return plan.changes.some(({ resource, verb }) => ids.has(resource) && verb === 'restart')
}

/** A restart that no plan could know counts, too. */
function isDisturbed(stage: Stage, node: SurveyedNode, { changes }: Plan): boolean {
  const ids = new Set(node.resources.filter(stage.has).map(({ id }) => id))
  const verbs = changes.flatMap(({ host, resource, verb }) =>
    host === node.host.name && ids.has(resource) ? [verb] : [],
  )
  return verbs.length === 0 || verbs.includes('restart')
}

function isStarted(stage: Stage, node: SurveyedNode, plan: Plan): boolean {
  const ids = new Set(node.resources.filter(stage.has).map(({ id }) => id))
  return plan.changes.some(
    ({ host, resource, verb }) => host === node.host.name && ids.has(resource) && verb === 'start',
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
