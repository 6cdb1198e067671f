import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import type pg from 'pg'

import type { Secret } from '../../shared/secret.ts'

/** Where a client of the drill connects to, and as whom. */
export interface Place {
  readonly address: string
  readonly port: number
  readonly user: string
  readonly password: Secret
}

export interface SessionOptions {
  /** For login and password exchange together. */
  readonly connectMs: number
  /** For one statement. */
  readonly answerMs: number
  /** Instead of a socket of this machine. */
  readonly stream?: Duplex
}

/** What a statement gave, and whether the server warned that it is committed on this server alone. */
export interface Answered {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly onlyHere: boolean
}

// 01000 with these words: the wait for a synchronous standby was cancelled; the client is told "done" all the same.
const onlyHereWords = /already committed locally/

/**
 * One connection to PostgreSQL whose deadlines are its own: when one is over the socket is destroyed, so that no frozen
 * server holds a client up. Throws what pg throws, or an Error that names the deadline.
 */
export class Session {
  readonly #client: pg.Client
  readonly #socket: Duplex
  readonly #answerMs: number
  #onlyHere = false

  private constructor(client: pg.Client, socket: Duplex, answerMs: number) {
    this.#client = client
    this.#socket = socket
    this.#answerMs = answerMs
    client.on('error', () => undefined)
    client.on('notice', ({ message }) => {
      if (onlyHereWords.test(message ?? '')) this.#onlyHere = true
    })
  }

  static async open(place: Place, options: SessionOptions): Promise<Session> {
    const { default: pg } = await import('pg')
    const socket = options.stream ?? new Socket()
    const client = new pg.Client({
      ...{ host: place.address, port: place.port, user: place.user, database: 'postgres' },
      password: place.password.reveal(),
      application_name: 'pgha-drill',
      stream: () => socket,
    })
    const session = new Session(client, socket, options.answerMs)
    try {
      await session.#within(client.connect(), options.connectMs, 'no login')
      return session
    } catch (thrown) {
      session.destroy()
      throw thrown
    }
  }

  /** One statement, committed by itself. */
  async query(sql: string, values: readonly unknown[] = []): Promise<Answered> {
    this.#onlyHere = false
    const { rows } = await this.#within(
      this.#client.query<Record<string, unknown>>(sql, [...values]),
      this.#answerMs,
      'no answer',
    )
    return { rows, onlyHere: this.#onlyHere }
  }

  /** At once, without a word to the server: it may be gone. */
  destroy(): void {
    this.#socket.destroy()
  }

  async #within<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.destroy()
        reject(new Error(`${what} within ${ms} ms`))
      }, ms)
    })
    work.catch(() => undefined)
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
