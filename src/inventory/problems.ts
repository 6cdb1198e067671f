import type { Problem } from '../shared/errors.ts'
import { type Source, sourceText } from '../shared/source.ts'

/** A complaint that one host gives rise to; the same from several hosts becomes one. */
export interface HostProblem extends Problem {
  readonly host: string
  /** Set when a value is missing: where to say so if every host misses it. */
  readonly missingFrom?: Source
}

/** One complaint per place and cause; it names the hosts when not all are hit. */
export function joinHosts(problems: readonly HostProblem[], hostCount: number): readonly Problem[] {
  const missing = problems.filter((problem) => problem.missingFrom !== undefined)
  const everywhere = [...groupBy(missing, cause).values()].filter((same) => same.length === hostCount)
  const done = new Set(everywhere.flat())
  const others = groupBy(
    problems.filter((problem) => !done.has(problem)),
    (problem) => `${placeText(problem)} ${cause(problem)}`,
  )
  return [
    ...everywhere.map((same) => joined(same, hostCount)),
    ...[...others.values()].map((same) => joined(same, hostCount)),
  ]
}

/** In the order in which the operator reads: files as they were read, then lines and columns. */
export function sortProblems(problems: readonly Problem[], files: readonly string[]): readonly Problem[] {
  const rank = (file: string): number => (files.includes(file) ? files.indexOf(file) : files.length)
  return [...problems].sort(({ source: a }, { source: b }) => {
    if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
    return rank(a.file) - rank(b.file) || a.line - b.line || a.column - b.column
  })
}

const namedHosts = 5

/** `n1, n2, n3`, cut short when there are many. */
export function hostList(hosts: readonly string[]): string {
  if (hosts.length <= namedHosts) return hosts.join(', ')
  return `${hosts.slice(0, namedHosts).join(', ')} and ${hosts.length - namedHosts} more`
}

function joined(same: readonly HostProblem[], hostCount: number): Problem {
  const [first] = same
  if (first === undefined) throw new Error('a group of problems is never empty')
  const hosts = [...new Set(same.map(({ host }) => host))]
  const everywhere = hosts.length === hostCount
  const source = everywhere ? (first.missingFrom ?? first.source) : first.source
  return {
    message: everywhere ? first.message : `on ${hostList(hosts)}: ${first.message}`,
    ...(source === undefined ? {} : { source }),
    ...(first.path === undefined ? {} : { path: first.path }),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  }
}

function placeText({ source }: Problem): string {
  return source === undefined ? '' : sourceText(source)
}

function cause({ path, message }: Problem): string {
  return `${path ?? ''} ${message}`
}

/** `Map.groupBy`, which Node 20 does not have. */
export function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
