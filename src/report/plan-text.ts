import { worstOf } from '../engine/disruption.ts'
import type { Change, Plan } from '../engine/plan.ts'
import type { Palette } from './palette.ts'
import { unifiedDiff } from './unified-diff.ts'

export interface PlanTextOptions {
  /** `pgha diff`, for the head line. */
  readonly title: string
  readonly hosts: number
  readonly colors: Palette
  /** Lists too what is there without being wanted. */
  readonly isVerbose?: boolean
}

/** A plan as an operator reads it: changes that are the same on several hosts are shown once, with all their hosts. */
export function planText(plan: Plan, { title, hosts, colors, isVerbose }: PlanTextOptions): string {
  const head = `${title} · ${hosts} ${hosts === 1 ? 'host' : 'hosts'} · ${plan.resources} resources`
  const groups = groupsOf(plan.changes)
  const body = groups.flatMap((group) => groupLines(group, colors))
  const unmanaged = isVerbose === true ? unmanagedLines(plan, colors) : []
  const end = [summaryText(plan.changes), ...disruptionLines(plan)].map((line) => colors.bold(line))
  return [colors.bold(head), ...body, ...unmanaged, ...end, ''].join('\n')
}

/** Whom the plan disturbs at worst, and the order in which PostgreSQL is restarted. */
function disruptionLines({ changes, restartOrder }: Plan): readonly string[] {
  const worst = worstOf(changes.map(({ disruption }) => disruption))
  return [
    ...(worst === 'none' ? [] : [`Disruption: ${worst}.`]),
    ...(restartOrder === undefined ? [] : [`Rolling restart of PostgreSQL: ${restartOrder}.`]),
  ]
}

function unmanagedLines({ unmanaged = [] }: Plan, colors: Palette): readonly string[] {
  return unmanaged.flatMap(({ host, resource, what }) => [
    `  ${colors.dim('·')} ${resource}  unmanaged, left alone  ${colors.cyan(host)}`,
    ...what.map((line) => `      ${colors.dim(line)}`),
  ])
}

/** `4 changes, 1 reload`: what a service is put through is told apart from what is changed. */
export function summaryText(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Nothing to do: every node is as the inventory says.'
  const count = (verb: string) => changes.filter((change) => change.verb === verb).length
  const disturbances = ['restart', 'reload'].flatMap((verb) => counted(count(verb), verb))
  const others = changes.length - count('restart') - count('reload')
  return `Plan: ${[...counted(others, 'change'), ...disturbances].join(', ')}.`
}

function counted(count: number, word: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]
}

interface Group {
  readonly change: Change
  readonly hosts: readonly string[]
}

/** In the order in which they first appear. */
function groupsOf(changes: readonly Change[]): readonly Group[] {
  const groups = new Map<string, { readonly change: Change; readonly hosts: string[] }>()
  for (const change of changes) {
    const { resource, verb, summary, text, after, disruption } = change
    const key = JSON.stringify([resource, verb, summary, text, after, disruption])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { change, hosts: [change.host] })
    else group.hosts.push(change.host)
  }
  return [...groups.values()]
}

function groupLines({ change, hosts }: Group, colors: Palette): readonly string[] {
  const [mark, paint] = signOf(change, colors)
  const after = change.after === undefined ? '' : colors.dim(` (after ${change.after})`)
  const isTold = change.disruption === 'none' || change.disruption === change.verb
  const label = isTold ? '' : colors.magenta(`  [${change.disruption}]`)
  const head = `  ${paint(mark)} ${paint(change.resource)}  ${change.verb} ${change.summary}${after}  ${colors.cyan(hosts.join(' '))}${label}`
  const lines = change.text === undefined ? [] : unifiedDiff(change.text)
  return [head, ...lines.map((line) => `      ${painted(line, colors)}`)]
}

function signOf({ verb }: Change, colors: Palette): readonly [string, (text: string) => string] {
  if (['create', 'install', 'start', 'enable'].includes(verb)) return ['+', colors.green]
  if (['delete', 'remove', 'stop', 'disable'].includes(verb)) return ['-', colors.red]
  if (verb === 'restart' || verb === 'reload') return ['↻', colors.magenta]
  return ['~', colors.yellow]
}

function painted(line: string, colors: Palette): string {
  if (line.startsWith('+')) return colors.green(line)
  if (line.startsWith('-')) return colors.red(line)
  return colors.dim(line)
}
