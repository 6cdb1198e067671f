import { createHash } from 'node:crypto'
import { hostname, userInfo } from 'node:os'

import { RunJournal } from '../engine/run-journal.ts'
import { FleetError, PghaError } from '../shared/errors.ts'
import type { Connection } from '../transport/connection.ts'
import type { RunOptions } from './options.ts'
import type { RunSite } from './site.ts'

export interface RecordedRun {
  readonly runId: string
  readonly site: Pick<RunSite, 'hosts'>
  /** By host: where the record may be kept. */
  readonly connections: ReadonlyMap<string, Connection>
  /** What will be done; its hash is kept. */
  readonly planned: unknown
  readonly options: RunOptions
  /** Says what is left, after a run that did not come to a good end. */
  readonly tellLeft?: () => Promise<void>
}

/** Does the work of a run with a record on each node that it changes. */
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
    await run.tellLeft?.()
    throw end
  }
}

function infoOf({ runId, site, planned, options }: RecordedRun): RunJournal['info'] {
  return {
    id: runId,
    by: { user: userInfo().username, host: hostname() },
    command: options.command,
    // Secrets print as [redacted] in JSON: their hash would be a way to guess them.
    inventory: shortHash(site.hosts.map(({ name, vars }) => [name, vars])),
    plan: shortHash(planned),
    started: new Date().toISOString(),
  }
}

function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}

/** A node that is gone keeps a record without an end, as it should be. */
async function finish(journal: RunJournal, { connections }: RecordedRun, outcome: string): Promise<void> {
  const changed = [...connections].filter(([host]) => journal.hosts.includes(host))
  await Promise.allSettled(
    changed.map(([host, connection]) => connection.run(journal.finish(host, outcome), { timeoutMs: 30_000 })),
  )
}

/** Nodes that were stopped between steps all say the same: once is enough. A failure among them is what counts. */
function endOf(thrown: unknown): unknown {
  if (!(thrown instanceof FleetError)) return thrown
  const failures = thrown.errors.filter(({ kind }) => kind !== 'interrupted')
  if (failures.length === 0) return thrown.errors[0] ?? thrown
  return failures.length === 1 ? failures[0] : new FleetError(failures)
}
