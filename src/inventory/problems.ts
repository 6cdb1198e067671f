import type { Problem } from '../shared/errors.ts'
import { type Source, sourceText } from '../shared/source.ts'

/** A complaint that one host gives rise to; the same from several hosts becomes one. */
export interface HostProblem extends Problem {
  readonly host: string
  readonly source: Source
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
    (problem) => `${sourceText(problem.source)} ${cause(problem)}`,
  )
  return [
    ...everywhere.map((same) => joined(same, hostCount)),
    ...[...others.values()].map((same) => joined(same, hostCount)),
  ]
}

/** In the order in which the operator reads: files as they were read, then lines and columns. */
export function sortProblems(problems: readonly Problem[], files: readonly string[]): readonly Problem[] {
  const rank = (problem: Problem): number => {
    const position = problem.source === undefined ? -1 : files.indexOf(problem.source.file)
    return position === -1 && problem.source !== undefined ? files.length : position
  }
  return [...problems].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
      (a.source?.column ?? 0) - (b.source?.column ?? 0),
  )
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
  const { message, path, hint, source, missingFrom } = first
  const all = same.length === hostCount
  return {
    message: all ? message : `${message} on ${hostList(same.map((problem) => problem.host))}`,
    source: all && missingFrom !== undefined ? missingFrom : source,
    ...(path === undefined ? {} : { path }),
    ...(hint === undefined ? {} : { hint }),
  }
}

function cause({ path, message }: Problem): string {
  return `${path ?? ''} ${message}`
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
