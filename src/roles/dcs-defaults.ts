import type { RawHost } from '../inventory/hosts.ts'
import { locate } from '../inventory/locate.ts'
import { plainValue } from '../inventory/tree.ts'
import { type Underlay, withUnderlay } from '../inventory/underlay.ts'

/** The DCSs that pgha knows. */
export const dcsNames = ['consul', 'etcd'] as const

export type DcsName = (typeof dcsNames)[number]

/** What runs on a node that does not say, by its DCS. */
export const defaultRoles = {
  consul: ['consul', 'postgres', 'patroni', 'haproxy', 'keepalived'],
  etcd: ['etcd', 'postgres', 'patroni', 'haproxy', 'keepalived'],
} as const

/** Python's packages for Patroni where it is none of the distribution, by its DCS. */
export const defaultRequirements = {
  consul: ['patroni[consul]==4.0.7', 'psycopg2-binary==2.9.10'],
  etcd: ['patroni[etcd3]==4.0.7', 'psycopg2-binary==2.9.10'],
} as const

/** Defaults that follow `dcs`; the fields' own are those of Consul. */
export function withDcsDefaults(host: RawHost): RawHost {
  const { found, tree } = locate(host.vars, ['dcs'])
  if (!found || plainValue(tree) !== 'etcd') return host
  const patroni: Underlay = { install: { requirements: defaultRequirements.etcd } }
  const hasPatroni = host.vars.entries.has('patroni')
  return withUnderlay(host, { roles: defaultRoles.etcd, ...(hasPatroni ? { patroni } : {}) })
}
