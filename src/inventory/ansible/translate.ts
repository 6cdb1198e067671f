import { clusterHosts, refuseSeveralClusters } from './cluster-hosts.ts'
import { type HostOptions, type HostSettings, hostSettings } from './host-settings.ts'
import { leftoversOf, overriddenIn, referredIn, unusedDefaults } from './leftovers.ts'
import { type Names, pghaNames } from './names.ts'
import { placeSettings } from './place.ts'
import { groupsOf, sortedGroups, variablesOf } from './precedence.ts'
import type { Project } from './project.ts'
import type { AnsibleReading } from './reading.ts'
import type { Place, Placed, TranslatedGroup, Translation } from './translation.ts'

export interface TranslateOptions extends Omit<HostOptions, 'decrypted' | 'home'> {
  /** Hosts and groups of Ansible; undefined: those that have variables of Patroni. */
  readonly limit: readonly string[] | undefined
}

/** Puts an Ansible inventory into pgha's terms. Pure; throws an `InputError` when it is about several clusters. */
export function translate(reading: AnsibleReading, project: Project, options: TranslateOptions): Translation {
  const { inventory } = project
  const chosen = clusterHosts(project, options.limit)
  refuseSeveralClusters(project, chosen)
  const names = pghaNames(inventory)
  const hosts = settingsOfHosts(reading, project, chosen, options)
  const renamed = [...names.hosts, ...names.groups].filter(([before, after]) => before !== after)
  const groups = groupsWith(project, chosen, names)
  return {
    groups,
    hosts: chosen.map((host) => names.hosts.get(host) ?? host),
    home: withName({ place: homeOf(project, chosen), item: undefined }, names).place,
    settings: placeSettings(inventory, hosts).map((placed) => withName(placed, names)),
    leftovers: leftoversOf(project, hosts, reading.decrypted).map((placed) => withName(placed, names)),
    referred: referredIn(project, hosts),
    overridden: overriddenIn(project, chosen),
    leftOut: [...inventory.hosts.keys()].filter((host) => !chosen.includes(host)),
    renamed: renamed.filter(
      ([before]) => chosen.includes(before) || groups.some(({ name }) => name === names.groups.get(before)),
    ),
    unresolved: [...new Set([...hosts.values()].flatMap(({ unresolved }) => unresolved ?? []))],
    notes: [...reading.notes, ...unusedDefaults(project, hosts)],
  }
}

function settingsOfHosts(
  reading: AnsibleReading,
  project: Project,
  chosen: readonly string[],
  options: TranslateOptions,
): ReadonlyMap<string, HostSettings> {
  const varsOf = (host: string) => variablesOf(project, host)
  const common = { ...options, decrypted: reading.decrypted, home: homeOf(project, chosen) }
  return new Map(
    chosen.map((host) => {
      const scope = { host, vars: varsOf(host), varsOf }
      return [host, hostSettings(scope, common)] as const
    }),
  )
}

/** The outermost group that holds all the hosts; without one, everyone. */
function homeOf({ inventory }: Project, chosen: readonly string[]): Place {
  const [first = [], ...others] = chosen.map((host) => groupsOf(inventory, host).map(({ name }) => name))
  const common = first.find((name) => others.every((groups) => groups.includes(name)))
  return common === undefined ? { kind: 'all', name: 'all' } : { kind: 'group', name: common }
}

function withName<T>({ place, item }: Placed<T>, names: Names): Placed<T> {
  if (place.kind === 'all') return { place, item }
  const known = place.kind === 'group' ? names.groups : names.hosts
  return { place: { kind: place.kind, name: known.get(place.name) ?? place.name }, item }
}

function groupsWith(
  { inventory }: Project,
  chosen: readonly string[],
  names: Names,
): readonly TranslatedGroup[] {
  const needed = new Set(chosen.flatMap((host) => groupsOf(inventory, host).map(({ name }) => name)))
  const hostNames = (hosts: readonly string[]) => hosts.map((host) => names.hosts.get(host) ?? host)
  const groupNames = (groups: readonly string[]) => groups.map((group) => names.groups.get(group) ?? group)
  const groups = sortedGroups(inventory)
    .filter(({ name }) => needed.has(name))
    .map((group) => ({
      name: names.groups.get(group.name) ?? group.name,
      hosts: hostNames(chosen.filter((host) => group.hosts.has(host))),
      children: groupNames([...group.children].filter((child) => needed.has(child))),
    }))
  // pgha has no hosts outside of groups.
  const loose = hostNames(chosen.filter((host) => groupsOf(inventory, host).length === 0))
  return loose.length === 0 ? groups : [...groups, { name: names.looseGroup, hosts: loose, children: [] }]
}
