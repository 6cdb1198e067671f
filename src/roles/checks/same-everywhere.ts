import type { Problem } from '../../shared/errors.ts'
import { Secret } from '../../shared/secret.ts'
import type { Path } from '../../inventory/tree.ts'
import { groupBy, hostList } from '../../inventory/problems.ts'
import type { RoleName, SiteVars } from '../site.ts'
import {
  type Check,
  type CheckedHost,
  type CheckedSite,
  hostsWith,
  isGiven,
  placeOf,
  problemAt,
} from './check.ts'

type Section = 'postgresql' | 'consul' | 'etcd' | 'patroni' | 'haproxy' | 'keepalived'

// What may differ from node to node; all the rest of a section belongs to the cluster.
const ownOfNode: { readonly [S in Section]: readonly (keyof NonNullable<SiteVars[S]>)[] } = {
  postgresql: ['data_dir', 'packages'],
  consul: ['server', 'data_dir'],
  etcd: ['server', 'data_dir', 'initial_cluster_state'],
  patroni: ['node_name', 'tags', 'watchdog'],
  haproxy: ['bind', 'maxconn', 'client_timeout', 'server_timeout', 'status_port'],
  keepalived: ['priority', 'interface', 'prefix'],
}

const usedBy: { readonly [S in Section]: RoleName } = {
  postgresql: 'postgres',
  consul: 'patroni',
  etcd: 'patroni',
  patroni: 'patroni',
  haproxy: 'haproxy',
  keepalived: 'keepalived',
}

/** Settings of the cluster have one value; each place that has another one is named. */
export const sameEverywhere: Check = (site) => [
  ...differences(site.hosts, ['profile']),
  ...sectionDifferences(site, 'postgresql'),
  ...differences(site.hosts, ['dcs']),
  ...sectionDifferences(site, 'consul'),
  ...sectionDifferences(site, 'etcd'),
  ...sectionDifferences(site, 'patroni'),
  ...sectionDifferences(site, 'haproxy'),
  ...sectionDifferences(site, 'keepalived'),
]

function sectionDifferences(site: CheckedSite, section: Section): readonly Problem[] {
  const hosts = hostsWith(site, usedBy[section]).filter(({ vars }) => vars[section])
  const own: ReadonlySet<string> = new Set(ownOfNode[section])
  const keys = new Set(hosts.flatMap(({ vars }) => Object.keys(vars[section] ?? {})))
  return [...keys].filter((key) => !own.has(key)).flatMap((key) => differences(hosts, [section, key]))
}

function differences(hosts: readonly CheckedHost[], path: Path): readonly Problem[] {
  const values = hosts.map((host) => valueAt(host.vars, path))
  const sections = values.filter(isSection)
  if (sections.length === values.length) {
    const keys = new Set(sections.flatMap((section) => Object.keys(section)))
    return [...keys].flatMap((key) => differences(hosts, [...path, key]))
  }
  const camps = [...groupBy(hosts, (host) => comparable(valueAt(host.vars, path))).values()]
  return camps.length < 2
    ? []
    : camps.flatMap((camp) => quarrel(camp, camps.filter((other) => other !== camp).flat(), path))
}

// A camp is the nodes that agree on a value: the complaint stands where the first of them has it from.
function quarrel(
  camp: readonly CheckedHost[],
  others: readonly CheckedHost[],
  path: Path,
): readonly Problem[] {
  const [first] = camp
  const [other] = others
  // A default is nobody's mistake; what differs from it is reported.
  if (first === undefined || other === undefined || !isGiven(first, path)) return []
  const place = isGiven(other, path) ? placeOf(other, path) : 'by default'
  const names = hostList(others.map(({ name }) => name))
  return [problemAt(first, path, `has to be the same on all nodes, but is another on ${names} (${place})`)]
}

function valueAt(vars: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (isSection(value) ? value[step] : undefined), vars)
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Secret)
}

// Secrets are compared here and go nowhere.
function comparable(value: unknown): string {
  return value instanceof Secret ? `secret ${value.reveal()}` : `value ${JSON.stringify(value)}`
}
