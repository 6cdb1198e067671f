import type { MemberStatus } from './members.ts'
import type { Cluster } from './cluster.ts'

/** What is missing until commits wait for as many replicas as they should, or for none; undefined when all is well. */
export function missingStandbys(
  { synchronous }: Cluster,
  found: readonly MemberStatus[],
): string | undefined {
  if (synchronous === undefined) return undefined
  const { mode, count } = synchronous
  const isAnswering = ({ isSyncStandby, isQuorumStandby }: MemberStatus) =>
    isSyncStandby && (mode === 'off' || isQuorumStandby === (mode === 'quorum'))
  const standbys = found.filter(isAnswering).map(({ name }) => name)
  if (mode === 'off') {
    return standbys.length === 0 ? undefined : `${standbys.join(' and ')} to become asynchronous`
  }
  if (standbys.length >= count) return undefined
  return `${count} synchronous ${count === 1 ? 'standby' : 'standbys'} (${standbys.join(', ') || 'there is none'})`
}
