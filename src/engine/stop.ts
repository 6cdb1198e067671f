import { PghaError } from '../shared/errors.ts'

/** Throws `interrupted` when the operator has asked the run to stop. */
export function stopIfAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new PghaError('interrupted', 'stopped on request, between two steps')
}
