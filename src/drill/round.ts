import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { memberNamed } from '../cluster/candidate.ts'
import { messageOf, PghaError } from '../shared/errors.ts'
import type { Arena } from './arena.ts'
import { type Seen, startClients } from './clients.ts'
import type { Fault } from './faults/fault.ts'
import { finalRows } from './final-rows.ts'
import { armed, whyNot } from './inject.ts'
import { type Figures, figuresOf } from './judge/verdict.ts'
import type { Attempt } from './log.ts'
import { pulseText } from './pulse.ts'
import { type Series, seriesOf } from './series.ts'
import { victimsOf } from './victims.ts'
import { untilWhole, type Whole } from './whole.ts'

/** What a round brought: figures, or the reason why there are none. */
export type Rounded =
  | Measured
  | { readonly kind: 'not tested'; readonly reason: string }
  /** It took place, and cannot be judged: nobody leads in the end, or the rows cannot be read. */
  | { readonly kind: 'broken'; readonly victims: readonly string[]; readonly reason: string }

export interface Measured {
  readonly kind: 'measured'
  readonly victims: readonly string[]
  readonly leader: string
  readonly leaderAfter: string
  readonly figures: Figures
  readonly series: Series
  /** What was missing when the cluster did not become whole in time. */
  readonly missing: string | undefined
  /** Why writes were not acknowledged, and how often. */
  readonly errors: Readonly<Record<string, number>>
}

export interface RoundOptions {
  readonly fault: Fault
  readonly holdSeconds: number
  /** How long the cluster may take to be whole again before the round gives up. */
  readonly wholeSeconds: number
}

const baselineMs = 5_000
// After the cluster is whole clients go on for a while: an outage must have an end to be seen.
const tailMs = 3_000
const pulseMs = 500

/** One fault, once: clients start, the fault comes at a random phase of Patroni's loop, is healed, and judged. */
export async function runRound(options: RoundOptions, arena: Arena): Promise<Rounded> {
  const { fault, holdSeconds } = options
  const { cluster, random } = arena
  const found = await victimsOf(fault, cluster, random)
  const reason = 'reason' in found ? found.reason : await whyNot(fault, found.hosts, arena)
  if ('reason' in found || reason !== undefined) return { kind: 'not tested', reason: reason ?? '' }
  const { hosts, leader } = found

  const run = randomBytes(6).toString('hex')
  const inside = fault.inside ? hosts : []
  const insideSeconds = Math.ceil(holdSeconds + options.wholeSeconds + arena.graceSeconds)
  const clients = await startClients({ run, inside, insideSeconds }, arena)
  const pulse = setInterval(() => {
    arena.pulse(`${fault.id} · ${pulseText(clients.live, performance.now())}`)
  }, pulseMs)
  let seen: Seen | undefined
  let struck: Struck
  try {
    struck = await strike(options, hosts, arena)
  } finally {
    clearInterval(pulse)
    seen = await clients.stop()
  }
  try {
    const rows = await finalRows(cluster, run)
    const log = { ...seen, ...struck.times, ...rows }
    const after = rows.members.find(({ isLeader }) => isLeader)?.member ?? leader
    return {
      ...{ kind: 'measured', victims: hosts, leader, leaderAfter: memberNamed(cluster, after).host },
      ...{ figures: figuresOf(log), series: seriesOf(log), missing: struck.missing },
      errors: errorsOf(seen.attempts),
    }
  } catch (thrown) {
    const missing = struck.missing === undefined ? '' : `; missing: ${struck.missing}`
    return { kind: 'broken', victims: hosts, reason: `${messageOf(thrown)}${missing}` }
  }
}

interface Struck {
  readonly times: {
    readonly injectedMs: number
    readonly healedMs: number
    readonly wholeMs: number | undefined
  }
  readonly missing: string | undefined
}

/** Whatever happens between injection and heal, it is healed. */
async function strike(
  { fault, holdSeconds, wholeSeconds }: RoundOptions,
  hosts: readonly string[],
  arena: Arena,
): Promise<Struck> {
  const { random, signal } = arena
  const tell = (text: string) => {
    arena.tell(`${fault.id}: ${text}`)
  }
  tell('watching the healthy cluster')
  await pause(baselineMs + random() * arena.loopWaitSeconds * 1000, signal)
  stopIfAsked(signal)
  // What is over as soon as it has happened gets no help: its timer waits until the cluster had its time to mend itself.
  const lastingSeconds = fault.lasts ? holdSeconds : fault.redundancySeconds
  const { inject, heal } = await armed(fault, hosts, lastingSeconds, arena)
  const injectedMs = performance.now()
  let healedMs = injectedMs
  let whole: Whole | undefined
  try {
    tell(`the fault comes${hosts.length === 0 ? '' : ` to ${hosts.join(', ')}`}`)
    await inject()
    tell('the fault came')
    if (fault.lasts) await pause(holdSeconds * 1000, signal)
    else whole = await untilWhole(arena.cluster, fault.redundancySeconds, tell, signal)
  } finally {
    tell('healing')
    if (fault.lasts) healedMs = performance.now()
    await heal()
  }
  whole ??= await untilWhole(arena.cluster, wholeSeconds, tell, signal)
  stopIfAsked(signal)
  await pause(tailMs, signal)
  return {
    times: { injectedMs, healedMs, wholeMs: 'atMs' in whole ? whole.atMs : undefined },
    missing: 'missing' in whole ? whole.missing : undefined,
  }
}

const shownReasons = 8

function errorsOf(attempts: readonly Attempt[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { outcome, reason } of attempts) {
    if (outcome === 'ok' || reason === undefined) continue
    const key = `${outcome}: ${reason}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a).slice(0, shownReasons))
}

function stopIfAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new PghaError('interrupted', 'stopped on request; the fault is healed')
}

/** Ends early, without an error, when the drill is to stop. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
}
