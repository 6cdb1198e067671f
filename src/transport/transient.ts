import { setTimeout as sleep } from 'node:timers/promises'
import { PghaError } from '../shared/errors.ts'

/** A failure before the login began that may be gone in a moment: a busy sshd, a name server that hiccups. */
export class TransientError extends PghaError {}

const attempts = 4
const firstPauseMs = 200

/** Tries again after transient errors, each time after about twice as long; anything else ends it at once. */
export async function retryTransient<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof TransientError) || tries === attempts || signal?.aborted === true) throw error
    }
    // Jitter: hosts behind one jump host were turned away together and must not come back together.
    const pauseMs = firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random())
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal })
  }
}
