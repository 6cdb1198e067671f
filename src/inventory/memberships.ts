import type { Group, Layout } from './layout.ts'

/** Groups of each host, outermost first; siblings in the order of the file. Hosts in the order of the file. */
export function groupsOfHosts(layout: Layout): ReadonlyMap<string, readonly string[]> {
  const order = outermostFirst(layout.groups)
  const hosts = new Map<string, readonly string[]>()
  for (const group of layout.groups.values()) {
    for (const host of group.hosts.keys()) hosts.set(host, [])
  }
  for (const host of hosts.keys()) {
    hosts.set(
      host,
      order.filter((name) => contains(layout.groups, name, host, new Set())),
    )
  }
  return hosts
}

/** Hosts of each group, those of its children included, in the order of the file. */
export function hostsOfGroups(layout: Layout): ReadonlyMap<string, readonly string[]> {
  const hosts = groupsOfHosts(layout)
  const members = [...layout.groups.keys()].map((group) => {
    const inside = [...hosts].filter(([, groups]) => groups.includes(group)).map(([host]) => host)
    return [group, inside] as const
  })
  return new Map(members)
}

function outermostFirst(groups: ReadonlyMap<string, Group>): readonly string[] {
  const depths = new Map<string, number>([...groups.keys()].map((name) => [name, 0]))
  // As many rounds as groups: enough for the deepest chain, and an end where groups contain each other.
  for (let round = 0; round < groups.size; round++) {
    for (const group of groups.values()) {
      for (const child of group.children) {
        const below = (depths.get(group.name) ?? 0) + 1
        depths.set(child.name, Math.max(depths.get(child.name) ?? 0, below))
      }
    }
  }
  return [...groups.keys()].sort((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0))
}

function contains(
  groups: ReadonlyMap<string, Group>,
  name: string,
  host: string,
  seen: Set<string>,
): boolean {
  const group = groups.get(name)
  if (group === undefined || seen.has(name)) return false
  seen.add(name)
  return group.hosts.has(host) || group.children.some((child) => contains(groups, child.name, host, seen))
}
