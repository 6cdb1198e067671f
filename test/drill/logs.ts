import type { Attempt, MemberRows, RoundLog } from '../../src/drill/log.ts'
import { rowKey } from '../../src/drill/log.ts'

/** One write; acknowledged on timeline 1 after 2 ms unless said otherwise. */
export function attempt(client: string, seq: number, beganMs: number, more: Partial<Attempt> = {}): Attempt {
  const endedMs = more.endedMs ?? beganMs + 2
  return {
    client,
    seq,
    way: 'vip',
    beganMs,
    outcome: 'ok',
    node: '198.18.9.11',
    timeline: 1,
    ...more,
    endedMs,
  }
}

/** Writes every `stepMs`, numbered from 1. */
export function writes(
  client: string,
  fromMs: number,
  toMs: number,
  stepMs: number,
  more: Partial<Attempt> = {},
  firstSeq = 1,
): readonly Attempt[] {
  const count = Math.floor((toMs - fromMs) / stepMs)
  return Array.from({ length: count }, (_, index) =>
    attempt(client, firstSeq + index, fromMs + index * stepMs, more),
  )
}

/** Members that all have the rows of these writes. */
export function members(there: readonly Attempt[], names = ['n1', 'n2', 'n3']): readonly MemberRows[] {
  const rows = new Map(there.map(({ client, seq }) => [rowKey(client, seq), 1]))
  return names.map((member, index) => ({ member, isLeader: index === 0, rows }))
}

/** A round of 60 s: the fault from 5 to 35 s, whole at 40 s; everything acknowledged is there unless said otherwise. */
export function round(attempts: readonly Attempt[], more: Partial<RoundLog> = {}): RoundLog {
  const there = attempts.filter(({ outcome }) => outcome === 'ok')
  return {
    ...{ attempts, registers: [], reads: [], states: [], vip: [], spans: [], clockMarginMs: 0 },
    ...{ startedMs: 0, injectedMs: 5_000, healedMs: 35_000, wholeMs: 40_000, endedMs: 60_000 },
    members: members(there),
    ...more,
  }
}
