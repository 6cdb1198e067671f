import { createHash } from 'node:crypto'
import { hostname, userInfo } from 'node:os'

import type { Change, Plan } from '../engine/plan.ts'
import { planHost } from '../engine/plan.ts'
import { probe } from '../engine/probe.ts'
import { RunJournal } from '../engine/run-journal.ts'
import { FleetError, PghaError } from '../shared/errors.ts'
import type { RunOptions } from './options.ts'
import type { RunSite } from './site.ts'
import type { SurveyedNode } from './survey.ts'

export interface RecordedRun {
  readonly runId: string
  readonly site: RunSite
  readonly nodes: readonly SurveyedNode[]
  readonly plan: Plan
  readonly options: RunOptions
}

/** Does the work of a run with a record on each node that it changes; whatever happens, says what is left. */
export async function recorded<T>(run: RecordedRun, work: (journal: RunJournal) => Promise<T>): Promise<T> {
  const journal = new RunJournal(infoOf(run))
  try {
    const result = await work(journal)
    await finish(journal, run, 'ok')
    return result
  } catch (thrown) {
    const end = endOf(thrown)
    await finish(
      journal,
      run,
      end instanceof PghaError && end.kind === 'interrupted' ? 'interrupted' : 'failed',
    )
    await tellWhatIsLeft(run)
    throw end
  }
}

function infoOf({ runId, site, plan, options }: RecordedRun): RunJournal['info'] {
  return {
    id: runId,
    by: { user: userInfo().username, host: hostname() },
    command: options.command,
    // Secrets print as [redacted] in JSON: their hash would be a way to guess them.
    inventory: shortHash(site.hosts.map(({ name, vars }) => [name, vars])),
    plan: shortHash(plan.changes.map(({ host, resource, verb, summary }) => [host, resource, verb, summary])),
    started: new Date().toISOString(),
  }
}

function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}

/** A node that is gone keeps a record without an end, as it should be. */
async function finish(journal: RunJournal, { nodes }: RecordedRun, outcome: string): Promise<void> {
  const changed = nodes.filter(({ host }) => journal.hosts.includes(host.name))
  await Promise.allSettled(
    changed.map(({ host, connection }) =>
      connection.run(journal.finish(host.name, outcome), { timeoutMs: 30_000 }),
    ),
  )
}

/** Nodes that were stopped between steps all say the same: once is enough. A failure among them is what counts. */
function endOf(thrown: unknown): unknown {
  if (!(thrown instanceof FleetError)) return thrown
  const failures = thrown.errors.filter(({ kind }) => kind !== 'interrupted')
  if (failures.length === 0) return thrown.errors[0] ?? thrown
  return failures.length === 1 ? failures[0] : new FleetError(failures)
}

const shownChanges = 12

async function tellWhatIsLeft({ nodes, plan, options }: RecordedRun): Promise<void> {
  const left = (await Promise.all(nodes.map((node) => leftOn(node, plan)))).flat()
  const lines = left.slice(0, shownChanges).map((one) => `  ${one}`)
  const more = left.length > shownChanges ? [`  and ${left.length - shownChanges} more`] : []
  const head = left.length === 0 ? 'left to do: nothing differs any more' : 'left to do, by the next apply:'
  options.emit({ kind: 'note', text: [head, ...lines, ...more].join('\n') })
}

async function leftOn({ host, connection, resources }: SurveyedNode, plan: Plan): Promise<readonly string[]> {
  const text = ({ resource, verb }: Change) => `${host.name}  ${verb} ${resource}`
  try {
    return planHost(host.name, resources, await probe(connection, resources)).map(text)
  } catch {
    const planned = plan.changes.filter((change) => change.host === host.name)
    return planned.map((change) => `${text(change)} (unknown: the node cannot be asked)`)
  }
}
