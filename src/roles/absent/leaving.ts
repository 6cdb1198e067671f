import type { Resource } from '../../engine/resource.ts'
import { absentData } from '../../resources/absent-data.ts'
import { noLeadership } from '../../resources/leadership.ts'
import type { Family } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import { nodeName } from '../members.ts'
import { postgresLayout } from '../postgres/layout.ts'
import type { RoleName, SiteHost } from '../site.ts'

/** The role of all that belongs to hosts under `absent:`. */
export const absentRole = 'absent'

export interface LeavingContext {
  readonly host: SiteHost
  readonly family: Family
  /** Its data goes too. */
  readonly deletesData: boolean
}

/** What a host under `absent:` is: none of its services runs now or at boot; it leads nobody. Packages and files stay. */
export function leavingFrom({ host, family, deletesData }: LeavingContext): readonly Resource[] {
  const { roles, patroni, postgresql, consul, address } = host.vars
  const has = (role: RoleName) => roles.includes(role)
  const off = (role: RoleName) => (has(role) ? [service({ unit: `${role}.service`, running: false })] : [])
  const postgresData = postgresql.data_dir ?? postgresLayout(family, postgresql.version).dataDir
  const data = [
    ...(has('postgres') ? [postgresData] : []),
    ...(has('consul') && consul.external === undefined ? [consul.data_dir] : []),
  ]
  return [
    ...(has('patroni') ? [noLeadership(nodeName(host), `http://${address}:${patroni.rest_port}`)] : []),
    ...off('keepalived'),
    ...off('patroni'),
    ...off('haproxy'),
    ...(consul.external === undefined ? off('consul') : []),
    ...(deletesData ? data.map(absentData) : []),
  ].map((wanted) => ofAbsent(host, wanted))
}

/** The same resource as a wish of `absent:`, where its host stands there. */
export function ofAbsent(host: SiteHost, wanted: Resource): Resource {
  const source = host.sourceOf([])
  return { ...wanted, tags: [absentRole], ...(source === undefined ? {} : { source }) }
}
