import { setTimeout as sleep } from 'node:timers/promises'

import pg from 'pg'

import type { Lab } from '../lab/lab.ts'

/** What a writer went through. */
export interface WriterReport {
  readonly acknowledged: number
  /** Failed attempts, by message. */
  readonly errors: Readonly<Record<string, number>>
  /** Between two acknowledgements, in ms of a monotonic clock. */
  readonly longestGapMs: number
  /** Acknowledged numbers that are not in the table at the end. */
  readonly lost: number
}

/** A client that inserts rising numbers through the VIP until it is stopped. */
export interface Writer {
  /** What happened since the last call, or since the start; the writer goes on. */
  readonly lap: () => WriterLap
  readonly stop: () => Promise<WriterReport>
}

export type WriterLap = Omit<WriterReport, 'lost'>

const pauseMs = 10
// Short, so that the gap is that of the cluster and not the client's own patience.
const connectMs = 400
const queryMs = 2_000

/** Starts a writer on the lab's machine; its table is new. The password is that of the superuser. */
export async function startWriter(lab: Lab, password = 'lab-superuser'): Promise<Writer> {
  const connected = () => connect(lab, password)
  const state = { isStopping: false, next: 1, lap: newLap(), all: newLap(), acknowledged: [] as number[] }
  const first = await connected()
  await first.query('drop table if exists writer; create table writer (n bigint primary key)')
  const loop = write(connected, first, state)
  return {
    lap: () => {
      const { lap } = state
      noteGap(lap)
      state.lap = newLap()
      return reportOf(lap)
    },
    stop: async () => {
      state.isStopping = true
      await loop
      return { ...reportOf(state.all), lost: await lostOf(connected, state.acknowledged) }
    },
  }
}

interface Lap {
  acknowledged: number
  readonly errors: Record<string, number>
  lastMs: number
  longestGapMs: number
}

interface State {
  isStopping: boolean
  next: number
  lap: Lap
  all: Lap
  readonly acknowledged: number[]
}

type Connect = () => Promise<pg.Client>

async function write(connected: Connect, first: pg.Client, state: State): Promise<void> {
  let client: pg.Client | undefined = first
  while (!state.isStopping) {
    try {
      client ??= await connected()
      const n = state.next++
      await client.query('insert into writer values ($1)', [n])
      state.acknowledged.push(n)
      for (const lap of [state.lap, state.all]) acknowledge(lap)
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

async function connect(lab: Lab, password: string): Promise<pg.Client> {
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
function leave(client: pg.Client | undefined): void {
  client?.end().catch(() => undefined)
}

function newLap(): Lap {
  return { acknowledged: 0, errors: {}, lastMs: performance.now(), longestGapMs: 0 }
}

function acknowledge(lap: Lap): void {
  noteGap(lap)
  lap.acknowledged++
}

function noteGap(lap: Lap): void {
  const now = performance.now()
  lap.longestGapMs = Math.max(lap.longestGapMs, now - lap.lastMs)
  lap.lastMs = now
}

function reportOf({ acknowledged, errors, longestGapMs }: Lap): WriterLap {
  return { acknowledged, errors, longestGapMs: Math.round(longestGapMs) }
}

async function lostOf(connected: Connect, acknowledged: readonly number[]): Promise<number> {
  const client = await connected()
  const { rows } = await client.query<{ readonly n: string }>('select n from writer')
  leave(client)
  const kept = new Set(rows.map(({ n }) => Number(n)))
  return acknowledged.filter((n) => !kept.has(n)).length
}
