import { PghaError } from '../shared/errors.ts'
import type { Answer, Connection } from '../transport/connection.ts'
import { dieIfTold } from './die-at.ts'
import type { Emit } from './events.ts'
import { type Change, differenceOf, planHost } from './plan.ts'
import { lastLines, probe, type States } from './probe.ts'
import type { Resource, Step, Todo } from './resource.ts'
import type { RunJournal } from './run-journal.ts'
import { stopIfAsked } from './stop.ts'

export interface ApplyContext {
  /** Names the folder of this run's backups on the node; letters, digits and dashes. */
  readonly runId: string
  readonly emit: Emit
  /** Keeps the record of the run on the nodes. */
  readonly journal?: RunJournal
  /** Aborted by the operator: steps that run come to their end, no other begins. */
  readonly signal?: AbortSignal
  /** Sees what differs now, before anything is done about it, and throws where that goes too far. */
  readonly judge?: (changes: readonly Change[]) => void
}

/**
 * Closes the differences of some resources on one host: reads them again, runs the steps of those that differ in
 * order, and reads them once more. A resource that still differs then is an error that names it.
 */
export async function applyResources(
  connection: Connection,
  resources: readonly Resource[],
  context: ApplyContext,
): Promise<readonly Change[]> {
  const found = await probe(connection, resources)
  const changes = planHost(connection.host, resources, found)
  if (changes.length === 0) return []
  context.judge?.(changes)
  const differing = resources.filter((wanted) => differenceOf(wanted, found) !== undefined)
  for (const batch of batches(differing)) await runBatch(connection, batch, found, context)
  await proveConverged(connection, resources)
  return changes
}

/** Neighbours of a type that serves many at once go together: one transaction for all packages. */
function batches(resources: readonly Resource[]): readonly (readonly Resource[])[] {
  const all: Resource[][] = []
  for (const wanted of resources) {
    const last = all.at(-1)
    if (wanted.type.together === true && last?.[0]?.type === wanted.type) last.push(wanted)
    else all.push([wanted])
  }
  return all
}

async function runBatch(
  connection: Connection,
  batch: readonly Resource[],
  states: States,
  context: ApplyContext,
): Promise<void> {
  const [first] = batch
  if (first === undefined) return
  const todo = batch.flatMap((wanted) => todoOf(wanted, states))
  const served = { ...first, id: batch.map(({ id }) => id).join(', ') }
  for (const step of first.type.steps(todo)) await runStep(connection, served, step, context)
}

function todoOf(wanted: Resource, states: States): readonly Todo<unknown, unknown>[] {
  const difference = differenceOf(wanted, states)
  return difference === undefined ? [] : [{ want: wanted.want, state: states.get(wanted.id), difference }]
}

const tenMinutesMs = 600_000

async function runStep(
  connection: Connection,
  wanted: Resource,
  step: Step,
  context: ApplyContext,
): Promise<void> {
  stopIfAsked(context.signal)
  const { host } = connection
  const startedMs = Date.now()
  context.emit({ kind: 'step-start', host, what: step.what })
  const answer = await send(connection, step, context).catch((thrown: unknown) => {
    context.emit({ kind: 'step-lost', host, what: step.what, ms: Date.now() - startedMs })
    throw unknownOutcome(thrown, wanted, step)
  })
  context.emit({ kind: 'step-end', host, what: step.what, code: answer.code, ms: Date.now() - startedMs })
  if (answer.code === 0) return
  throw new PghaError('failed', `\`${step.what}\` exited with ${answer.code}`, {
    host,
    resource: wanted.id,
    evidence: lastLines(`${answer.stdout}\n${answer.stderr}`),
    ...(wanted.source === undefined ? {} : { source: wanted.source }),
  })
}

async function send(connection: Connection, step: Step, context: ApplyContext): Promise<Answer> {
  const script = context.journal?.around(connection.host, step) ?? step.script
  const pending = connection.run(`PGHA_RUN=${context.runId}\n${script}`, {
    payloads: step.payloads ?? [],
    timeoutMs: step.timeoutMs ?? tenMinutesMs,
  })
  await dieIfTold('sent')
  const answer = await pending
  await dieIfTold('answered')
  return answer
}

/** A broken connection tells nothing of the step: it may have ended, and it may still run. */
function unknownOutcome(thrown: unknown, wanted: Resource, step: Step): unknown {
  if (!(thrown instanceof PghaError)) return thrown
  return new PghaError(thrown.kind, `\`${step.what}\`, outcome unknown: ${thrown.message}`, {
    ...thrown.context,
    resource: wanted.id,
  })
}

async function proveConverged(connection: Connection, resources: readonly Resource[]): Promise<void> {
  const left = planHost(connection.host, resources, await probe(connection, resources))
  const [first] = left
  if (first === undefined) return
  throw new PghaError('failed', `still differs after its own apply: ${first.verb} ${first.summary}`, {
    host: connection.host,
    resource: first.resource,
    hint: 'something on the node undoes it, or its unit does not stay up; look at the journal of the node',
    evidence: left.slice(1).map((change) => `also: ${change.resource}: ${change.summary}`),
    ...(first.source === undefined ? {} : { source: first.source }),
  })
}
