import { PghaError } from '../../src/shared/errors.ts'

/** The PghaError that a promise rejects with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<PghaError> {
  const outcome = await promise.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  )
  if (outcome instanceof PghaError) return outcome
  throw outcome
}
