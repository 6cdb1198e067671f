import { messageOf } from '../../shared/errors.ts'
import type { Outcome } from '../log.ts'

/**
 * SQLSTATEs with which PostgreSQL says that a statement has done nothing, whatever else is going on: read-only transaction,
 * starting up, too many connections, login refused, no such database, disk full, serialization failure, deadlock.
 * All others, a shutdown among them, may come after the commit (research/reliability.md 3.3).
 */
const definite: readonly RegExp[] = [
  /^25006$/,
  /^57P03$/,
  /^53300$/,
  /^28/,
  /^3D000$/,
  /^53100$/,
  /^40001$/,
  /^40P01$/,
]

/** What an error says about a write: `fail` only when it certainly did nothing. `sent`: whether it left this machine. */
export function outcomeOf(thrown: unknown, sent: boolean): Exclude<Outcome, 'ok'> {
  if (!sent) return 'fail'
  const state = sqlState(thrown)
  return state !== undefined && definite.some((form) => form.test(state)) ? 'fail' : 'unknown'
}

/** `57P01 terminating connection due to administrator command`. */
export function reasonOf(thrown: unknown): string {
  return [sqlState(thrown), messageOf(thrown)].filter((part) => part !== undefined).join(' ')
}

/** Node's own errors have codes too, such as ECONNRESET: those say nothing about the write. */
function sqlState(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return /^[0-9A-Z]{5}$/.test(code) && thrown instanceof Error && 'severity' in thrown ? code : undefined
}
