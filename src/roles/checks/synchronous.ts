import type { PatroniVars } from '../patroni/vars.ts'
import { type Check, finding, firstGiven, hostsWith, isUnreadable, onEachHost, problemAt } from './check.ts'

const path = ['patroni', 'synchronous']

/** Every member may become leader, and then there must be so many others that commits can wait for. */
export const enoughStandbys: Check = (site) => {
  const [first, ...others] = hostsWith(site, 'patroni')
  const patroni = first?.vars.patroni
  if (first === undefined || !patroni || isUnreadable(site, 'patroni', 'roles', 'consul')) return []
  const { synchronous = 'off', synchronous_count: count } = patroni
  const able = [first, ...others].filter(({ vars }) => vars.patroni?.tags.nosync !== true)
  if (synchronous === 'off' || count < able.length) return []
  const message = `a commit would wait for ${count} replicas, of ${able.length} members that can be synchronous standbys while one of them leads`
  return [
    problemAt(
      first,
      firstGiven(first, [['patroni', 'synchronous_count'], path]),
      message,
      'lower synchronous_count, add members, or set synchronous: off',
    ),
  ]
}

/** Where the inventory says the versions; a package's version is known on the node only. */
export const quorumVersions: Check = onEachHost((host) => {
  const { patroni, postgresql } = host.vars
  if (!patroni || patroni.synchronous !== 'quorum') return []
  const version = pinnedVersion(patroni.install)
  return [
    ...(postgresql && postgresql.version < 10
      ? [finding(path, `quorum needs PostgreSQL 10, not ${postgresql.version}`, 'set on or strict')]
      : []),
    ...(version !== undefined && Number.parseInt(version, 10) < quorumPatroni
      ? [
          finding(
            path,
            `quorum needs Patroni ${quorumPatroni}.0, not ${version} of patroni.install`,
            'set on or strict',
          ),
        ]
      : []),
  ]
})

/** The first Patroni with quorum-based synchronous replication (releases.rst, 4.0.0). */
export const quorumPatroni = 4

/** Of a pinned package or of a tag such as v3.3.2; undefined for a package of the distribution, or a commit. */
function pinnedVersion({ method, requirements, git }: PatroniVars['install']): string | undefined {
  if (method === 'package') return undefined
  if (method === 'git') return /^v?(\d+\.\d[\d.]*)$/.exec(git?.ref ?? '')?.[1]
  return requirements.flatMap((one) => /^patroni(?:\[.*\])?==(.+)$/i.exec(one)?.[1] ?? [])[0]
}
