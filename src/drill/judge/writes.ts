import { type Attempt, insidePrefix, type MemberRows, rowKey, type Way } from '../log.ts'

/** Acknowledged writes that are nowhere. */
export interface Lost {
  readonly count: number
  /** From the first lost acknowledgement to the last, in ms: says more than rows, which depend on the rate. */
  readonly windowMs: number
  /** `writer-1:17 (198.18.2.11, timeline 3)` of the first and the last. */
  readonly examples: readonly string[]
}

/** What became of all writes, told by comparing the clients' log with the rows of the leader. */
export interface Fate {
  readonly acknowledged: number
  readonly lost: Readonly<Record<Way, Lost>>
  readonly unknown: number
  /** Of the unknown, those that are there after all. */
  readonly unknownPresent: number
  /** Definite failures that are there: the classifier of the drill is wrong, and nothing it says counts. */
  readonly phantom: number
  /** Rows that are there more than once, although no number was used twice. */
  readonly duplicates: number
  /** Rows that no client of this round has written. */
  readonly foreign: number
  /** Members whose rows are not those of the leader, with the number of differences. */
  readonly divergent: readonly string[]
}

/** Throws when there is no leader among the members: without it nothing can be said. */
export function fateOf(attempts: readonly Attempt[], members: readonly MemberRows[]): Fate {
  const leader = members.find(({ isLeader }) => isLeader)
  if (leader === undefined) throw new Error('the rows of the leader are not known')
  const isThere = ({ client, seq }: Attempt) => leader.rows.has(rowKey(client, seq))
  const by = (outcome: Attempt['outcome']) => attempts.filter((one) => one.outcome === outcome)
  const [ok, failed, unknown] = [by('ok'), by('fail'), by('unknown')]
  const lost = ok.filter((one) => !isThere(one))
  const written = new Set(attempts.map(({ client, seq }) => rowKey(client, seq)))
  return {
    acknowledged: ok.length,
    lost: {
      vip: lostOf(lost.filter(({ way }) => way === 'vip')),
      inside: lostOf(lost.filter(({ way }) => way === 'inside')),
    },
    unknown: unknown.length,
    unknownPresent: unknown.filter(isThere).length,
    phantom: failed.filter(isThere).length,
    duplicates: [...leader.rows.values()].filter((count) => count > 1).length,
    foreign: [...leader.rows.keys()].filter((key) => !written.has(key) && !key.startsWith(insidePrefix))
      .length,
    divergent: members
      .map(({ member, rows }) => ({ member, count: differences(leader.rows, rows) }))
      .filter(({ count }) => count > 0)
      .map(({ member, count }) => `${member}: ${count}`),
  }
}

/** Acknowledgements of clients that only count up, at which the value did not rise: something was taken back. */
export function registerDrops(
  acks: readonly { readonly client: string; readonly value: number; readonly endedMs: number }[],
): number {
  const last = new Map<string, number>()
  let drops = 0
  for (const { client, value } of acks.toSorted((a, b) => a.endedMs - b.endedMs)) {
    if (value <= (last.get(client) ?? -Infinity)) drops++
    last.set(client, value)
  }
  return drops
}

function lostOf(lost: readonly Attempt[]): Lost {
  const sorted = lost.toSorted((a, b) => a.endedMs - b.endedMs)
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined) return { count: 0, windowMs: 0, examples: [] }
  const ends = first === last ? [first] : [first, last]
  return { count: lost.length, windowMs: last.endedMs - first.endedMs, examples: ends.map(exampleText) }
}

function exampleText({ client, seq, node, timeline }: Attempt): string {
  return `${client}:${seq} (${node ?? 'unknown node'}, timeline ${timeline ?? 'unknown'})`
}

function differences(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const missing = [...a.keys()].filter((key) => !b.has(key)).length
  const extra = [...b.keys()].filter((key) => !a.has(key)).length
  return missing + extra
}
