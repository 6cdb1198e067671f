import { setTimeout as sleep } from 'node:timers/promises'
import { PghaError } from '../shared/errors.ts'
import { stoppable } from './abort.ts'

/** A failure before the login began that may be gone in a moment: a busy sshd, a name server that hiccups. */
export class TransientError extends PghaError {}

const mostTries = 4
const firstPauseMs = 200

/** Tries again after transient errors, each time after about twice as long; anything else ends it at once. */
export async function retryTransient<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof TransientError) || tries === mostTries) throw error
    }
    // Jitter: hosts that were turned away together must not come back together.
    await pause(firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random()), signal)
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return stoppable(
    signal,
    () => undefined,
    () => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  )
}
