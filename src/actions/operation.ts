import type { Check, CheckResult } from '../cluster/checks/check.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Watch } from '../cluster/waiting.ts'
import type { Disruption } from '../engine/disruption.ts'
import { clusterOf } from './cluster-of.ts'
import type { RunOptions } from './options.ts'
import { refuseDisruption } from './refuse-disruption.ts'
import { closeAll, reach, reachAll, type Reached } from './reach.ts'
import { recorded } from './recorded.ts'
import { newRunId } from './run-id.ts'
import { settledHealth } from './settled-health.ts'
import { openSite, type RunSite } from './site.ts'
import { watchOf } from './watch.ts'

/** What an operation on the running cluster will do; shown before it is done. */
export interface Intent {
  readonly title: string
  /** In order; empty when there is nothing to do. */
  readonly steps: readonly string[]
  /** One sentence: who will notice, and how. */
  readonly disturbs: string
  readonly disruption: Disruption
}

export interface OperationOptions extends RunOptions {
  readonly dryRun: boolean
  /** Asked with an intent that is not empty; false: nothing is done. */
  readonly confirm: (intent: Intent) => Promise<boolean>
}

/** What an operation finds and may use. */
export interface OperationContext {
  readonly site: RunSite
  readonly cluster: Cluster
  readonly runId: string
  readonly options: OperationOptions
}

/** An intent and the way to carry it out. */
export interface Prepared {
  readonly intent: Intent
  readonly carryOut: (watch: Watch) => Promise<void>
}

/** Something an operator does to a running cluster. */
export interface Operation {
  /** A host that does not answer ends it; else it is a warning. */
  readonly needsAllHosts: boolean
  /** What must hold when it is done; all checks when not given. */
  readonly checks?: readonly Check[]
  /** Reads, and refuses what is not safe; changes nothing. */
  readonly prepare: (context: OperationContext) => Promise<Prepared>
}

export interface Operated {
  readonly runId: string
  readonly intent: Intent
  /** False after a dry run, a no, or when there was nothing to do. */
  readonly done: boolean
  readonly health: readonly CheckResult[]
}

/** Prepares an operation, asks, carries it out under the lock, and checks the cluster. */
export async function operate(options: OperationOptions, operation: Operation): Promise<Operated> {
  const site = openSite(options)
  const reached = await reachFor(site, options, operation)
  const runId = newRunId()
  options.emit({ kind: 'run-start', runId, command: options.command })
  try {
    const cluster = clusterOf(site, reached)
    const context = { site, cluster, runId, options }
    const { intent, carryOut } = await operation.prepare(context)
    const { connections } = cluster
    const work = () =>
      recorded({ runId, site, connections, planned: intent.steps, options }, (journal) =>
        carryOut(watchOf(options, { journal, connections })),
      )
    if (!(await undertake(intent, work, options))) return { runId, intent, done: false, health: [] }
    return { runId, intent, done: true, health: await settledHealth(cluster, operation.checks) }
  } finally {
    await closeAll(reached)
  }
}

/** Asks, and carries it out: from then on the first Ctrl-C lets the step that runs come to its end. False: it was not done. */
export async function undertake(
  intent: Intent,
  work: () => Promise<void>,
  options: OperationOptions,
): Promise<boolean> {
  refuseDisruption(intent.disruption, options.maxDisruption)
  if (intent.steps.length === 0 || options.dryRun || !(await options.confirm(intent))) return false
  options.stop?.defer()
  await work()
  return true
}

async function reachFor(
  site: RunSite,
  options: OperationOptions,
  { needsAllHosts }: Operation,
): Promise<Reached> {
  if (needsAllHosts) return reachAll(site, options, !options.dryRun)
  const reached = await reach(site, options, !options.dryRun)
  const held = reached.failures.find(({ kind }) => kind === 'locked')
  if (held !== undefined) {
    await closeAll(reached)
    throw held
  }
  for (const { message } of reached.failures) options.emit({ kind: 'warning', text: message })
  return reached
}
