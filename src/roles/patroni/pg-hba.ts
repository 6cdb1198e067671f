import { members } from '../members.ts'
import type { SiteHost, SiteVars } from '../site.ts'

/**
 * Who may connect, first match wins. Clients come through HAProxy and so from the addresses of the nodes; who may
 * connect directly is declared in `postgresql.client_networks`. Nothing is open to the world.
 */
export function pgHba(hosts: readonly SiteHost[], vars: SiteVars): readonly string[] {
  const { patroni, postgresql } = vars
  const method = passwordMethod(postgresql)
  const nodes = [...new Set([...members(hosts), ...hosts].map((host) => `${host.vars.address}/32`))]
  const host = (database: string, user: string, network: string) =>
    `host ${database} ${user} ${network} ${method}`
  // PostgreSQL runs as postgres: a superuser of another name is nobody whom the system could vouch for.
  const isPeer = patroni.superuser === 'postgres'
  return [
    ...(isPeer ? ['local all postgres peer'] : []),
    `local all all ${method}`,
    // Patroni asks its own PostgreSQL for the timeline this way; without it a former leader never rewinds.
    host('replication', patroni.replication_user, '127.0.0.1/32'),
    ...nodes.map((node) => host('replication', patroni.replication_user, node)),
    host('all', 'all', '127.0.0.1/32'),
    ...nodes.map((node) => host('all', 'all', node)),
    ...postgresql.client_networks.map((network) => host('all', 'all', network)),
    ...postgresql.hba,
  ]
}

/** SCRAM came with PostgreSQL 10. */
export function passwordMethod({ version }: SiteVars['postgresql']): 'scram-sha-256' | 'md5' {
  return version >= 10 ? 'scram-sha-256' : 'md5'
}
