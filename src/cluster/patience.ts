import { type ErrorKind, PghaError } from '../shared/errors.ts'
import { type Look, waitFor } from '../shared/retry.ts'
import type { Cluster } from './cluster.ts'
import { diagnose } from './doctor/diagnose.ts'
import type { UnitName } from './doctor/exam.ts'
import type { Finding } from './doctor/finding.ts'
import { watchFor } from './doctor/watch.ts'
import { journalEvidence } from './journal.ts'

/** Something that is waited for, and where to look when it does not come. */
export interface Wait<T> {
  /** What is to be, as the operator reads it. */
  readonly name: string
  readonly look: () => Promise<Look<T>>
  /** Told again and again, with the time waited so far. */
  readonly onWait: (waitingFor: string, ms: number) => void
  readonly timeoutMs: number
  readonly intervalMs: number
  /** Whose trouble ends the wait before its time, and whose journals are quoted when no cause is known. */
  readonly unit: UnitName
  /** Where; all nodes of this run when not given. */
  readonly host?: string | undefined
  /** Of the error; `failed` when not given. */
  readonly kind?: ErrorKind
  readonly hint?: string
}

/**
 * Waits, and has the doctor look meanwhile. When the time is up, or before if something is wrong that waiting does not mend,
 * the error names the known causes. Gives what was found.
 */
export async function waitPatiently<T>(cluster: Cluster, wait: Wait<T>): Promise<T> {
  const { name, unit, host, timeoutMs, intervalMs, onWait } = wait
  const startedMs = Date.now()
  const trouble = watchFor(unit, cluster)
  const failed = (waitingFor: string, ms: number) =>
    new PghaError(wait.kind ?? 'failed', `${name}: still waiting for ${waitingFor} after ${ms / 1000} s`, {
      ...(host === undefined ? {} : { host }),
      ...(wait.hint === undefined ? {} : { hint: wait.hint }),
    })
  const look = async (): Promise<Look<T>> => {
    const found = await wait.look()
    if (found.done) return found
    const ms = Date.now() - startedMs
    onWait(found.waitingFor, ms)
    const causes = (await trouble(ms)).filter((cause) => host === undefined || cause.host === host)
    if (causes.length > 0) throw withCauses(failed(found.waitingFor, Math.round(ms / 1000) * 1000), causes)
    return found
  }
  const waited = await waitFor(look, { timeoutMs, intervalMs })
  if (waited.ok) return waited.value
  throw await explained(failed(waited.waitingFor, timeoutMs), cluster, unit, host)
}

/** The same error with what the doctor finds now, else with the journals of `unit`. */
export async function explained(
  error: PghaError,
  cluster: Cluster,
  unit: UnitName,
  host?: string,
): Promise<PghaError> {
  const causes = await diagnose(cluster)
  if (causes.length > 0) return withCauses(error, causes)
  const hosts = host === undefined ? [...cluster.connections.keys()] : [host]
  const lines = await Promise.all(hosts.map((one) => journalEvidence(cluster, one, unit)))
  return extended(
    error,
    lines.flat(),
    'no cause that pgha knows; the journal lines above may name it; run the same command again when it is mended',
  )
}

/** The lines that show each cause, and what to do about it. */
function withCauses(error: PghaError, causes: readonly Finding[]): PghaError {
  return extended(
    error,
    causes.map(({ cause, host, evidence }) => `${cause} on ${host}: ${evidence}`),
    [...new Set(causes.map(({ remedy }) => remedy)), 'then run the same command again'].join('; '),
  )
}

function extended({ kind, message, context }: PghaError, lines: readonly string[], hint: string): PghaError {
  const { hint: own, evidence = [] } = context
  const both = own === undefined ? hint : `${own}; ${hint}`
  return new PghaError(kind, message, { ...context, evidence: [...evidence, ...lines], hint: both })
}
