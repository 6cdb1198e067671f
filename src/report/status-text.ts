import { type ClusterView, scheduledText } from '../cluster/patroni-api.ts'
import type { Palette } from './palette.ts'
import { table } from './table.ts'

/** What `statusText` shows; the shape of the action's result. */
export interface StatusReport {
  readonly scope: string
  readonly vip: string
  readonly vipHolders: readonly string[]
  readonly view: ClusterView | undefined
  readonly reasons: ReadonlyMap<string, string>
  readonly unreachable: readonly string[]
  readonly notStreaming: readonly string[]
  readonly members: readonly { readonly name: string; readonly host: string; readonly address: string }[]
}

/** The cluster as a table: member, host, address, role, state, timeline, lag, VIP. */
export function statusText(status: StatusReport, colors: Palette): string {
  const head = `${status.scope} · VIP ${status.vip} on ${status.vipHolders.join(' and ') || 'no node'}`
  const { paused = false, scheduled } = status.view ?? {}
  const warnings = [
    ...(paused ? ['paused: nobody takes over from a leader that fails (pgha resume)'] : []),
    ...(scheduled === undefined ? [] : [`switchover ${scheduledText(scheduled)} (pgha switchover --cancel)`]),
  ]
  const notes = [...status.unreachable, ...[...status.reasons].map(([name, reason]) => `${name}: ${reason}`)]
  return [
    colors.bold(head),
    membersTable(status),
    ...warnings.map(colors.yellow),
    ...notes.map((note) => colors.red(note)),
    '',
  ].join('\n')
}

function membersTable({ view, members, vipHolders, notStreaming }: StatusReport): string {
  const names = [
    ...new Set([...members.map(({ name }) => name), ...(view?.members ?? []).map(({ name }) => name)]),
  ]
  const rows = names.map((name) => {
    const seen = view?.members.find((member) => member.name === name)
    const known = members.find((member) => member.name === name)
    const vip = known !== undefined && vipHolders.includes(known.host) ? 'VIP' : ''
    const lag = seen?.lagBytes === undefined ? '' : `${seen.lagBytes} B`
    const isCutOff = seen?.state === 'running' && notStreaming.includes(name)
    const shown = isCutOff ? 'running, not streaming' : seen?.state
    const state = [seen?.role ?? '-', shown ?? 'unknown', seen?.timeline?.toString() ?? '', lag, vip]
    return [name, known?.host ?? '(not in the inventory)', known?.address ?? '', ...state]
  })
  return table([['member', 'host', 'address', 'role', 'state', 'timeline', 'lag', ''], ...rows])
}

/** True when there is one running leader, all others stream, nobody is missing, and the VIP is held once. */
export function isStatusHealthy({
  view,
  members,
  vipHolders,
  unreachable,
  notStreaming,
}: StatusReport): boolean {
  if (view === undefined || unreachable.length > 0 || vipHolders.length !== 1) return false
  const leaders = view.members.filter(({ role }) => role === 'leader')
  const isThere = (name: string) =>
    view.members.some((member) => member.name === name && ['running', 'streaming'].includes(member.state))
  return leaders.length === 1 && notStreaming.length === 0 && members.every(({ name }) => isThere(name))
}
