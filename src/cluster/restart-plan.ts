import type { ParameterChange } from './members.ts'

/** A member as the order of a rolling restart depends on it. */
export interface RestartCandidate {
  readonly name: string
  readonly isLeader: boolean
  /** Must be restarted. */
  readonly isDue: boolean
  readonly lagBytes: number | undefined
  readonly changes: readonly ParameterChange[]
  /** May become leader. */
  readonly isCandidate: boolean
}

/** One step of a rolling restart. `in place` interrupts writes for the time of the restart. */
export type RestartStep =
  | { readonly kind: 'restart'; readonly member: string }
  | { readonly kind: 'restart in place'; readonly member: string }
  | { readonly kind: 'switchover'; readonly member: string }

// A standby that has less of these than its primary does not start, or stops replaying
// (https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN).
const comparedWithPrimary: ReadonlySet<string> = new Set([
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
])

/**
 * The order of a rolling restart: replicas by lag, a switchover, the former leader. What only the primary can lower
 * (Patroni starts a standby with the primary's higher value until the WAL brings the lower one) needs a restart of the
 * leader in place, then the replicas; what is raised in the same go has to be raised on the replicas before.
 */
export function planRestart(members: readonly RestartCandidate[]): readonly RestartStep[] {
  const leader = members.find(({ isLeader, isDue }) => isLeader && isDue)
  const replicas = members.filter(({ isLeader, isDue }) => !isLeader && isDue).toSorted(byLag)
  const restarts = replicas.map(({ name: member }): RestartStep => ({ kind: 'restart', member }))
  if (leader === undefined) return restarts
  const inPlace: RestartStep = { kind: 'restart in place', member: leader.name }
  const changes = members.flatMap((member) => (member.isDue ? member.changes : []))
  if (changes.some(isLowered)) {
    return [...(changes.some(isRaised) ? restarts : []), inPlace, ...restarts]
  }
  if (!members.some(({ isLeader, isCandidate }) => !isLeader && isCandidate)) return [...restarts, inPlace]
  return [...restarts, { kind: 'switchover', member: leader.name }, { kind: 'restart', member: leader.name }]
}

/** `n2, n3, then switchover, n1`: the order as the operator reads it. */
export function restartOrderText(steps: readonly RestartStep[]): string {
  const words = steps.map(({ kind, member }) => {
    if (kind === 'switchover') return 'then switchover'
    return kind === 'restart in place' ? `${member} in place (writes pause)` : member
  })
  return words.join(', ')
}

// What differs by less is chance: the order is that of the plan then.
const noteworthyLag = 1024 * 1024

function byLag(a: RestartCandidate, b: RestartCandidate): number {
  const lag = ({ lagBytes = Infinity }: RestartCandidate) => Math.floor(lagBytes / noteworthyLag)
  return lag(a) - lag(b) || (a.name < b.name ? -1 : 1)
}

function isLowered({ name, from, to }: ParameterChange): boolean {
  return comparedWithPrimary.has(name) && Number(to) < Number(from)
}

function isRaised({ name, from, to }: ParameterChange): boolean {
  return comparedWithPrimary.has(name) && Number(to) > Number(from)
}
