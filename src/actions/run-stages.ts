import type { Gate } from '../cluster/gates.ts'
import type { Watch } from '../cluster/waiting.ts'
import { onEach } from '../engine/fleet.ts'
import { type Change, planHost } from '../engine/plan.ts'
import { probe } from '../engine/probe.ts'
import { stopIfAsked } from '../engine/stop.ts'
import { asPlanned, type Outcome, together } from './as-planned.ts'
import { changeNodes } from './change-nodes.ts'
import { handOverFrom } from './leave.ts'
import type { RunOptions } from './options.ts'
import { pass } from './pass-gate.ts'
import { restartMembers } from './postgres-restarts.ts'
import { correctsPostgres } from './refuse-unfit.ts'
import type { Stage } from './stage.ts'
import { stages } from './stages.ts'
import { startsPatroni } from './starts.ts'
import { plannedOn, type StagesContext } from './stages-context.ts'
import type { SurveyedNode } from './survey.ts'
import { watchOf } from './watch.ts'

/** What a run did, and what of its plan was so already. */
export type Made = Pick<Outcome, 'changes' | 'alreadySo'>

/** Carries out a plan stage by stage. Gives what was changed, in the order of the plan where it was planned. */
export async function runStages(context: StagesContext): Promise<Made> {
  const done: Change[] = []
  const alreadySo: Change[] = []
  const owed: Gate[] = []
  for (const stage of stages) {
    const part = { ...withoutDone(context, [...done, ...alreadySo]), nodes: nodesOf(stage, context) }
    const outcome = await runStage(stage, part, done, owed)
    tell(outcome, context.options.emit)
    done.push(...outcome.changes)
    alreadySo.push(...outcome.alreadySo)
    if (outcome.changes.length === 0 || stage.after === undefined) continue
    if (stage.afterMayWait === true && mayWait(context)) owed.push(stage.after)
    else await pass(stage.after, context)
  }
  for (const gate of owed) await pass(gate, context)
  return { changes: done, alreadySo }
}

/** Whether a stage is for a node is said by the whole plan, also by what is done by now. */
function nodesOf({ on }: Stage, { nodes, plan, cluster }: StagesContext): readonly SurveyedNode[] {
  return nodes.filter(({ host }) => on?.(plan, host.name, cluster) ?? true)
}

/** What one stage has done is not planned any more in the next that has it, too. */
function withoutDone(context: StagesContext, done: readonly Change[]): StagesContext {
  const keys = new Set(done.map(({ host, resource }) => `${host} ${resource}`))
  const changes = context.plan.changes.filter(({ host, resource }) => !keys.has(`${host} ${resource}`))
  return { ...context, plan: { ...context.plan, changes } }
}

function tell({ alreadySo, surprises }: Outcome, emit: RunOptions['emit']): void {
  for (const text of surprises) emit({ kind: 'warning', text })
  for (const { host, resource, verb } of alreadySo) {
    emit({ kind: 'note', text: `${host}  ${verb} ${resource}: was planned, and is already so` })
  }
}

/** A wrong parameter in the DCS keeps PostgreSQL of a member from starting: it streams only once that is corrected. */
function mayWait(context: StagesContext): boolean {
  return isBeingBuilt(context) || context.plan.changes.some(correctsPostgres)
}

/** True when this run starts Patroni on each node that has it. */
function isBeingBuilt({ nodes, plan }: StagesContext): boolean {
  const members = nodes.filter(({ host, isLeaving }) => host.vars.roles.includes('patroni') && !isLeaving)
  return members.every(({ host }) => startsPatroni(plan, host.name))
}

async function runStage(
  stage: Stage,
  context: StagesContext,
  done: readonly Change[],
  owed: Gate[],
): Promise<Outcome> {
  const { options, cluster } = context
  const touched = await touchedNodes(stage, context, done)
  if (touched.length === 0) return together([])
  stopIfAsked(options.stop?.signal)
  options.emit({ kind: 'stage', stage: stage.name, hosts: touched.map(({ host }) => host.name) })
  if (stage.byCluster === 'restart') for (const gate of owed.splice(0)) await pass(gate, context)
  await pass(stage.before, context)
  await stage.refuse?.(touched, cluster)
  if (stage.byCluster !== undefined) return changeCluster(stage, touched, context)
  // A package brings users and services along, a bootstrap its settings: what a role has done explains what it finds.
  const explains = ({ after, role }: Change) => after !== undefined || done.some((one) => one.role === role)
  return together(await changeNodes(stage, touched, context, explains))
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

/** The members say what the cluster did: a member that owes nothing any more was not restarted. */
async function changeCluster(
  stage: Stage,
  touched: readonly SurveyedNode[],
  context: StagesContext,
): Promise<Outcome> {
  const planned = touched.flatMap((node) => plannedOn(node, stage, context.plan))
  if (stage.byCluster === 'switchover') {
    const moved = await handOverFrom(touched, context.cluster, recordingWatch(context))
    return asPlanned(planned, moved ? planned : [], () => false)
  }
  const made = await restartMembers(touched, context, recordingWatch(context))
  return together(
    touched.map(({ host }) => {
      const on = (changes: readonly Change[]) => changes.filter((one) => one.host === host.name)
      return asPlanned(on(planned), on(made), () => false)
    }),
  )
}

function recordingWatch({ nodes, journal, options }: StagesContext): Watch {
  const connections = new Map(nodes.map(({ host, connection }) => [host.name, connection]))
  return watchOf(options, { journal, connections })
}
