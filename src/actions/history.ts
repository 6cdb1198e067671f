import { onEach } from '../engine/fleet.ts'
import { parseRecord, recordFolder, type RunRecord } from '../shared/run-record.ts'
import type { RunOptions } from './options.ts'
import { closeAll, reach } from './reach.ts'
import { openSite } from './site.ts'

/** A run by what the nodes that it changed know of it. */
export interface PastRun {
  readonly id: string
  readonly by: RunRecord['by']
  readonly command: string
  readonly started: string
  readonly finished: string | undefined
  /** `ok`, `failed`, `interrupted`, `finished by RUN`, or `died`. */
  readonly outcome: string
  readonly hosts: readonly {
    readonly host: string
    readonly files: RunRecord['files']
    readonly step: RunRecord['step']
  }[]
}

export interface History {
  /** Newest first. */
  readonly runs: readonly PastRun[]
  readonly unreachable: readonly string[]
}

/** What was done to the cluster, as its nodes tell it: wherever it was started. Reads only. */
export async function history(options: RunOptions): Promise<History> {
  const site = openSite(options)
  const reached = await reach(site, options, false)
  try {
    const found = await onEach([...reached.connections.values()], options.forks, async (connection) => {
      const { stdout } = await connection.run(`cat ${recordFolder}/*.json 2>/dev/null`)
      return stdout.split('\n').flatMap((line) => {
        const record = parseRecord(line)
        return record === undefined ? [] : [{ host: connection.host, record }]
      })
    })
    return { runs: runsOf(found.flat()), unreachable: reached.failures.map(({ message }) => message) }
  } finally {
    await closeAll(reached)
  }
}

interface Kept {
  readonly host: string
  readonly record: RunRecord
}

/** Puts together what each node kept of a run. */
export function runsOf(kept: readonly Kept[]): readonly PastRun[] {
  const ids = [...new Set(kept.map(({ record }) => record.id))].toSorted().toReversed()
  return ids.flatMap((id) => {
    const parts = kept.filter(({ record }) => record.id === id)
    const first = parts[0]?.record
    if (first === undefined) return []
    const { by, command, started } = first
    const hosts = parts.map(({ host, record: { files, step } }) => ({ host, files, step }))
    const finished = parts.map(({ record }) => record.finished).findLast((time) => time !== undefined)
    return [{ id, by, command, started, finished, outcome: worst(parts), hosts }]
  })
}

function worst(parts: readonly Kept[]): string {
  const outcomes = parts.map(({ record }) => record.outcome ?? 'died')
  return ['died', 'failed', 'interrupted'].find((outcome) => outcomes.includes(outcome)) ?? outcomes[0] ?? ''
}
