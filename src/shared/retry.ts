import { setTimeout as sleep } from 'node:timers/promises'

export interface WaitOptions {
  readonly timeoutMs: number
  readonly intervalMs: number
  readonly signal?: AbortSignal
}

/** What one look found: `done` with a value, or still waiting and what for. */
export type Look<T> =
  { readonly done: true; readonly value: T } | { readonly done: false; readonly waitingFor: string }

/** How a wait ended; `waitingFor` is what the last look missed. */
export type Waited<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly waitingFor: string }

/** Looks again and again until `look` is done or the time is up. Errors of `look` end the wait at once. */
export async function waitFor<T>(look: () => Promise<Look<T>>, options: WaitOptions): Promise<Waited<T>> {
  const deadline = Date.now() + options.timeoutMs
  for (;;) {
    const found = await look()
    if (found.done) return { ok: true, value: found.value }
    if (Date.now() + options.intervalMs > deadline) return { ok: false, waitingFor: found.waitingFor }
    await sleep(options.intervalMs, undefined, options.signal === undefined ? {} : { signal: options.signal })
  }
}
