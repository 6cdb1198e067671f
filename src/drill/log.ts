/**
 * What the clients of a drill saw, as plain records. All times are ms of one monotonic clock, that of the process that
 * drills; no verdict compares the clocks of two machines.
 */

/** `unknown`: it was sent, and nobody said what became of it. That is not a failure: it may well be there. */
export type Outcome = 'ok' | 'fail' | 'unknown'

/** Through the address that clients use, or from the fault's own node straight to its PostgreSQL. */
export type Way = 'vip' | 'inside'

/** One write of one client: its number is used once, whatever becomes of it. */
export interface Attempt {
  readonly client: string
  readonly way: Way
  readonly seq: number
  readonly beganMs: number
  readonly endedMs: number
  readonly outcome: Outcome
  /** Address of the node that acknowledged. */
  readonly node?: string
  /** The timeline on which it was acknowledged. */
  readonly timeline?: number
  /** Of what was not acknowledged: SQLSTATE and message. */
  readonly reason?: string
}

/** An acknowledged value of a client that only counts up. */
export interface RegisterAck {
  readonly client: string
  readonly value: number
  readonly endedMs: number
}

/** One read through the replicas' port: the newest number of the first writer that it saw. */
export interface Read {
  /** A connection; reads of one connection must never go back. */
  readonly session: string
  readonly beganMs: number
  readonly endedMs: number
  readonly seen: number
  readonly node: string
  readonly inRecovery: boolean
}

/** What a member's PostgreSQL answered when it was asked whether it takes writes. */
export interface StateSample {
  readonly member: string
  readonly beganMs: number
  readonly endedMs: number
  readonly state: 'writable' | 'read-only' | 'silent'
  /** When its PostgreSQL started, as it says itself; two equal ones have no demotion between them. */
  readonly startedAt?: string
}

/** Whether a node had the virtual address when it was asked. */
export interface VipSample {
  readonly host: string
  readonly beganMs: number
  readonly endedMs: number
  /** Undefined: no answer. */
  readonly holds: boolean | undefined
}

/** All rows of a round that a member has at the end. */
export interface MemberRows {
  readonly member: string
  readonly isLeader: boolean
  /** How many rows there are, by `rowKey`. */
  readonly rows: ReadonlyMap<string, number>
}

/** By timeline: when the first and the last row on it were written, in s of the servers' own clocks. */
export interface TimelineSpan {
  readonly timeline: number
  readonly firstAt: number
  readonly lastAt: number
}

/** Everything that was logged in one round, for the judge. */
export interface RoundLog {
  readonly attempts: readonly Attempt[]
  readonly registers: readonly RegisterAck[]
  readonly reads: readonly Read[]
  readonly states: readonly StateSample[]
  readonly vip: readonly VipSample[]
  readonly members: readonly MemberRows[]
  readonly spans: readonly TimelineSpan[]
  readonly startedMs: number
  readonly injectedMs: number
  readonly healedMs: number
  /** When the cluster was proved to be whole again; undefined when it was not. */
  readonly wholeMs: number | undefined
  readonly endedMs: number
  /** How far the clock of the inside writers' node may be off, in ms. */
  readonly clockMarginMs: number
}

/** Names a row: who wrote it, and its number. */
export function rowKey(client: string, seq: number): string {
  return `${client}:${seq}`
}

/** Clients that write inside a node; what they sent without an answer is in no log. */
export const insidePrefix = 'inside-'
