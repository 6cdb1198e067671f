import { setTimeout as sleep } from 'node:timers/promises'

import { freshClient } from '../judge/outage.ts'
import { watchedWriter } from '../judge/verdict.ts'
import type { Attempt, Read, RegisterAck } from '../log.ts'
import type { Random } from '../random.ts'
import { outcomeOf, reasonOf } from './classify.ts'
import { insertSql, registerSql, seenSql } from './schema.ts'
import { type Place, Session, type SessionOptions } from './session.ts'

export interface WorkloadOptions {
  /** Names the rows of this round. */
  readonly run: string
  readonly writers: number
  /** Average pause of a writer after an acknowledgement, in ms. */
  readonly thinkMs: number
  readonly primary: Place
  /** Undefined where there are no replicas. */
  readonly replicas: Place | undefined
  readonly random: Random
  /** Told of each acknowledgement before the client's next write; for a log that outlives this process. */
  readonly onAck?: (attempt: Attempt) => void
}

export interface WorkloadLog {
  readonly attempts: readonly Attempt[]
  readonly registers: readonly RegisterAck[]
  readonly reads: readonly Read[]
}

/** Clients of the cluster that write and read until they are stopped. */
export interface Workload {
  /** What was logged up to now; grows while the clients run. */
  readonly log: WorkloadLog
  stop(): Promise<void>
}

// Short, so that a gap is the cluster's and not the client's own patience.
const session: SessionOptions = { connectMs: 1_000, answerMs: 2_000 }
// One of the writers tries so often. Each trying so often would start a hundred backends a second in the very moments in
// which the cluster mends itself, and on a machine that holds all of it lengthen what is measured.
const retryMs = 50
// Of clients that do not tell when writes come back.
const othersRetryMs = 250
const freshPeriodMs = 250
const readPeriodMs = 100
const readers = 2

/** Starts the clients: writers and a register on connections that they keep, a client that always connects anew, readers. */
export function startWorkload(options: WorkloadOptions): Workload {
  const log = { attempts: [] as Attempt[], registers: [] as RegisterAck[], reads: [] as Read[] }
  const stop = new AbortController()
  const names = Array.from({ length: options.writers }, (_, index) => `writer-${index + 1}`)
  const loops = [
    ...names.map((name) => write(name, options, log.attempts, stop.signal)),
    register('register', options, log.registers, stop.signal),
    writeFresh(options, log.attempts, stop.signal),
    ...Array.from({ length: readers }, (_, index) =>
      read(`reader-${index + 1}`, options, log.reads, stop.signal),
    ),
  ]
  return {
    log,
    stop: async () => {
      stop.abort()
      await Promise.all(loops)
    },
  }
}

async function write(
  client: string,
  options: WorkloadOptions,
  log: Attempt[],
  signal: AbortSignal,
): Promise<void> {
  let held: Session | undefined
  for (let seq = 1; !signal.aborted; seq++) {
    const { attempt, left } = await insert(client, seq, options, held)
    held = left
    keep(attempt, log, options)
    const meanMs = attempt.outcome === 'ok' ? options.thinkMs : retryMs * options.writers
    await pause(meanMs * (0.5 + options.random()), signal)
  }
  held?.destroy()
}

async function writeFresh(options: WorkloadOptions, log: Attempt[], signal: AbortSignal): Promise<void> {
  for (let seq = 1; !signal.aborted; seq++) {
    const { attempt, left } = await insert(freshClient, seq, options, undefined)
    left?.destroy()
    keep(attempt, log, options)
    await pause(Math.max(0, freshPeriodMs - (attempt.endedMs - attempt.beganMs)), signal)
  }
}

function keep(attempt: Attempt, log: Attempt[], { onAck }: WorkloadOptions): void {
  log.push(attempt)
  if (attempt.outcome === 'ok') onAck?.(attempt)
}

/** One write with a number that is used once; gives the connection back if it may be used again. */
async function insert(
  client: string,
  seq: number,
  { primary, run }: WorkloadOptions,
  held: Session | undefined,
): Promise<{ readonly attempt: Attempt; readonly left: Session | undefined }> {
  const beganMs = performance.now()
  const base = { client, seq, way: 'vip' as const, beganMs }
  let [current, sent] = [held, false]
  try {
    current ??= await Session.open(primary, session)
    sent = true
    const { rows, onlyHere } = await current.query(insertSql, [run, client, seq])
    const endedMs = performance.now()
    if (onlyHere) {
      current.destroy()
      return {
        attempt: { ...base, endedMs, outcome: 'unknown', reason: 'committed locally' },
        left: undefined,
      }
    }
    const timeline = parseInt(String(rows[0]?.['tl']), 16)
    const attempt = { ...base, endedMs, outcome: 'ok' as const, node: String(rows[0]?.['node']), timeline }
    return { attempt, left: current }
  } catch (thrown) {
    current?.destroy()
    const outcome = outcomeOf(thrown, sent)
    return {
      attempt: { ...base, endedMs: performance.now(), outcome, reason: reasonOf(thrown) },
      left: undefined,
    }
  }
}

async function register(
  client: string,
  { primary, run, thinkMs }: WorkloadOptions,
  log: RegisterAck[],
  signal: AbortSignal,
): Promise<void> {
  let held: Session | undefined
  while (!signal.aborted) {
    try {
      held ??= await Session.open(primary, session)
      const { rows, onlyHere } = await held.query(registerSql, [run, client])
      if (!onlyHere) log.push({ client, value: Number(rows[0]?.['v']), endedMs: performance.now() })
      await pause(thinkMs * 2, signal)
    } catch {
      // The writers tell of failures; this client only tells whether what was acknowledged goes back.
      held?.destroy()
      held = undefined
      await pause(othersRetryMs, signal)
    }
  }
  held?.destroy()
}

async function read(
  name: string,
  { replicas, run }: WorkloadOptions,
  log: Read[],
  signal: AbortSignal,
): Promise<void> {
  let [held, connection] = [undefined as Session | undefined, 0]
  while (replicas !== undefined && !signal.aborted) {
    try {
      if (held === undefined) {
        held = await Session.open(replicas, session)
        connection++
      }
      const beganMs = performance.now()
      const { rows } = await held.query(seenSql, [run, watchedWriter])
      const [{ node, replica, seen } = {}] = rows
      log.push({
        ...{ session: `${name}.${connection}`, beganMs, endedMs: performance.now() },
        ...{ seen: Number(seen), node: String(node), inRecovery: replica === true },
      })
    } catch {
      held?.destroy()
      held = undefined
    }
    await pause(held === undefined ? othersRetryMs : readPeriodMs, signal)
  }
  held?.destroy()
}

/** Ends early, without an error, when the drill stops. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
