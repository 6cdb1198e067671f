import type { Gate } from '../cluster/gates.ts'
import { applyResources } from '../engine/apply.ts'
import { onEach } from '../engine/fleet.ts'
import type { Change, Plan } from '../engine/plan.ts'
import { asPlanned, type Outcome } from './as-planned.ts'
import { pass } from './pass-gate.ts'
import { refuseWorse } from './refuse-disruption.ts'
import type { Stage } from './stage.ts'
import { plannedOn, type StagesContext } from './stages-context.ts'
import type { SurveyedNode } from './survey.ts'

/** Changes the nodes that a stage touches, in the order and the company that it allows. */
export async function changeNodes(
  stage: Stage,
  touched: readonly SurveyedNode[],
  context: StagesContext,
  explains: (change: Change) => boolean,
): Promise<readonly Outcome[]> {
  const work = (node: SurveyedNode) => changeNode(stage, node, context, explains)
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
    return changes
  }
  if (!stage.oneByOne) return onEach(touched, forks, work)
  const isNew = (node: SurveyedNode) => isStarted(stage, node, context.plan)
  const changes = [...(await onEach(touched.filter(isNew), forks, work))]
  const others = touched.filter((node) => !isNew(node))
  const guard = others.length > 1 ? await guardOf(stage, context) : undefined
  for (const node of others) {
    if (isDisturbed(stage, node, context.plan)) await pass(stage.canSpare?.(node.host.name), context)
    const changed = await work(node)
    changes.push(changed)
    if (changed.changes.length > 0 && node !== others.at(-1)) await pass(guard, context)
  }
  return changes
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
function isDisturbed(stage: Stage, node: SurveyedNode, plan: Plan): boolean {
  const verbs = plannedOn(node, stage, plan).map(({ verb }) => verb)
  return verbs.length === 0 || verbs.includes('restart')
}

function isStarted(stage: Stage, node: SurveyedNode, plan: Plan): boolean {
  const ids = new Set(node.resources.filter(stage.has).map(({ id }) => id))
  return plan.changes.some(
    ({ host, resource, verb }) => host === node.host.name && ids.has(resource) && verb === 'start',
  )
}

async function changeNode(
  stage: Stage,
  node: SurveyedNode,
  context: StagesContext,
  explains: (change: Change) => boolean,
): Promise<Outcome> {
  const { plan, runId, options, journal } = context
  const { emit, stop, maxDisruption } = options
  const resources = node.resources.filter(stage.has)
  const made = await applyResources(node.connection, resources, {
    ...{ runId, emit, journal },
    ...(stop === undefined ? {} : { signal: stop.signal }),
    judge: (changes) => {
      refuseWorse(changes, plan, maxDisruption)
    },
  })
  if (made.length > 0) await stage.afterEach?.(node)
  return asPlanned(plannedOn(node, stage, plan), made, explains)
}
