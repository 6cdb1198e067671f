import { setTimeout as sleep } from 'node:timers/promises'

import pg from 'pg'

import type { Lab } from '../lab/lab.ts'

/** What a client went through. */
export interface Lap {
  readonly acknowledged: number
  /** Failed attempts, by message. */
  readonly errors: Readonly<Record<string, number>>
  /** Between two answers, in ms of a monotonic clock. */
  readonly longestGapMs: number
}

/** Someone who asks the cluster the same thing all the time, through the VIP, until it is stopped. */
export interface Client {
  /** What happened since the last call, or since the start; the client goes on. */
  readonly lap: () => Lap
  /** Ends it; what happened in all. */
  readonly stop: () => Promise<Lap>
}

export type Connect = () => Promise<pg.Client>

const pauseMs = 10
// Short, so that the gap is that of the cluster and not the client's own patience.
const connectMs = 400
const queryMs = 2_000

/** Logs in at the VIP's port for writes as the superuser. */
export async function connectToVip(lab: Lab, password: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...{ host: lab.vip, port: 5000, user: 'postgres', password, database: 'postgres' },
    ...{ connectionTimeoutMillis: connectMs, query_timeout: queryMs },
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (thrown) {
    leave(client)
    throw thrown
  }
}

/** Never waited for: the other end may be gone. */
export function leave(client: pg.Client | undefined): void {
  client?.end().catch(() => undefined)
}

/** Starts with a client that is logged in; `ask` is called again and again, and each of its errors means a new login. */
export function startClient(
  connect: Connect,
  first: pg.Client,
  ask: (client: pg.Client) => Promise<void>,
): Client {
  const state = { isStopping: false, lap: newCount(), all: newCount() }
  const loop = goOn(connect, first, ask, state)
  return {
    lap: () => {
      const { lap } = state
      noteGap(lap)
      state.lap = newCount()
      return lapOf(lap)
    },
    stop: async () => {
      state.isStopping = true
      await loop
      return lapOf(state.all)
    },
  }
}

interface Count {
  acknowledged: number
  readonly errors: Record<string, number>
  lastMs: number
  longestGapMs: number
}

async function goOn(
  connect: Connect,
  first: pg.Client,
  ask: (client: pg.Client) => Promise<void>,
  state: { readonly isStopping: boolean; readonly lap: Count; readonly all: Count },
): Promise<void> {
  let client: pg.Client | undefined = first
  while (!state.isStopping) {
    try {
      client ??= await connect()
      await ask(client)
      for (const count of [state.lap, state.all]) acknowledge(count)
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown)
      for (const { errors } of [state.lap, state.all]) errors[message] = (errors[message] ?? 0) + 1
      leave(client)
      client = undefined
    }
    await sleep(pauseMs)
  }
  leave(client)
}

function newCount(): Count {
  return { acknowledged: 0, errors: {}, lastMs: performance.now(), longestGapMs: 0 }
}

function acknowledge(count: Count): void {
  noteGap(count)
  count.acknowledged++
}

function noteGap(count: Count): void {
  const now = performance.now()
  count.longestGapMs = Math.max(count.longestGapMs, now - count.lastMs)
  count.lastMs = now
}

function lapOf({ acknowledged, errors, longestGapMs }: Count): Lap {
  return { acknowledged, errors, longestGapMs: Math.round(longestGapMs) }
}
