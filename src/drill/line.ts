import type { Duplex } from 'node:stream'

import { PghaError } from '../shared/errors.ts'
import type { Answer, Connection, RunOptions } from '../transport/connection.ts'

/** Opens a connection; `signal` ends the attempt. */
export type Dial = (signal: AbortSignal) => Promise<Connection>

const dialMs = 5_000
const runMs = 10_000
// A helper that is told to end a script gets this much longer to say so.
const graceMs = 2_000

/**
 * The connection to a node that a drill takes away on purpose: what is lost is opened anew at the next use, and nothing
 * waits for a frozen node longer than its deadline.
 */
export class Line implements Connection {
  readonly host: string
  readonly #dial: Dial
  #current: Promise<Connection> | undefined

  constructor(host: string, dial: Dial) {
    this.host = host
    this.#dial = dial
  }

  async run(script: string, options: RunOptions = {}): Promise<Answer> {
    const { timeoutMs = runMs } = options
    const current = this.#open()
    const work = current.then((connection) => connection.run(script, { ...options, timeoutMs }))
    try {
      return await within(work, timeoutMs + graceMs, this.host)
    } catch (thrown) {
      this.#drop(current)
      throw thrown
    }
  }

  async tunnel(address: string, port: number): Promise<Duplex> {
    const current = this.#open()
    const stream = current.then((connection) => connection.tunnel(address, port))
    try {
      return await within(stream, dialMs, this.host)
    } catch (thrown) {
      stream.then(
        (late) => late.destroy(),
        () => undefined,
      )
      // A port that nobody listens on is no reason to give up the connection, and with it the lock.
      this.run('true', { timeoutMs: 3_000 }).catch(() => undefined)
      throw thrown
    }
  }

  async close(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    await current?.then((connection) => connection.close()).catch(() => undefined)
  }

  #open(): Promise<Connection> {
    if (this.#current === undefined) {
      const opening = this.#dial(AbortSignal.timeout(dialMs))
      this.#current = opening
      opening.catch(() => {
        this.#drop(opening)
      })
    }
    return this.#current
  }

  #drop(which: Promise<Connection>): void {
    if (this.#current !== which) return
    this.#current = undefined
    which.then((connection) => connection.close()).catch(() => undefined)
  }
}

async function within<T>(work: Promise<T>, ms: number, host: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new PghaError('failed', `${host} does not answer within ${Math.round(ms / 1000)} s`, { host }))
    }, ms)
  })
  work.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
