import { PghaError } from '../shared/errors.ts'

/** Calls `stop` if `signal` aborts while `work` runs; the error is then that of an interrupted run. */
export async function stoppable<T>(
  signal: AbortSignal | undefined,
  stop: () => void,
  work: () => Promise<T>,
): Promise<T> {
  signal?.addEventListener('abort', stop, { once: true })
  try {
    signal?.throwIfAborted()
    return await work()
  } catch (error) {
    throw signal?.aborted === true ? interrupted() : error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

function interrupted(): PghaError {
  return new PghaError('interrupted', 'interrupted while connecting')
}
