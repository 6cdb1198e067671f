import type { Source } from '../shared/source.ts'
import {
  checkAbsent,
  checkChildren,
  checkDistinctNames,
  checkGroupName,
  checkHostName,
  checkKeys,
} from './layout-names.ts'
import { pathText } from './path-text.ts'
import { type Reading, asMap, complain } from './reading.ts'
import { type MapNode, type Path, type Tree, isEmpty, mapNode } from './tree.ts'

/** The inventory file taken apart, before anything is merged. */
export interface Layout {
  readonly vars: MapNode | undefined
  readonly groups: ReadonlyMap<string, Group>
  /** Hosts that are to leave, in no group, with the variables that stand inline. */
  readonly absent: ReadonlyMap<string, MapNode>
}

export interface Group {
  readonly name: string
  readonly source: Source
  readonly vars: MapNode | undefined
  /** Variables that stand inline, by host. */
  readonly hosts: ReadonlyMap<string, MapNode>
  /** The same of hosts that are to leave: they have the variables of the group and are none of its hosts. */
  readonly absent: ReadonlyMap<string, MapNode>
  readonly children: readonly { readonly name: string; readonly source: Source }[]
}

/** Takes the inventory file apart; complains about what is out of place and goes on with the rest. */
export function layoutOf(reading: Reading, tree: Tree): Layout {
  const root = asMap(reading, tree)
  if (root === undefined) return { vars: undefined, groups: new Map(), absent: new Map() }
  checkKeys(reading, root, ['vars', 'groups', 'absent'], [])
  const groups = groupsOf(reading, root.entries.get('groups')?.value)
  checkChildren(reading, groups)
  const layout = {
    vars: asMap(reading, root.entries.get('vars')?.value, ['vars']),
    groups,
    absent: hostsOf(reading, root.entries.get('absent')?.value, ['absent']),
  }
  checkDistinctNames(reading, layout)
  checkAbsent(reading, layout)
  return layout
}

/** All hosts, in the order of the file. */
export function hostNames(layout: Layout): readonly string[] {
  return [...new Set([...layout.groups.values()].flatMap((group) => [...group.hosts.keys()]))]
}

/** The hosts that are to leave in the place of the others: their variables are merged by the same rules. */
export function absentLayout({ vars, groups, absent }: Layout): Layout {
  const own = [...groups.values()].map((group) => [group.name, { ...group, hosts: group.absent }] as const)
  const loose = {
    name: '',
    source: noSource,
    vars: undefined,
    hosts: absent,
    absent: new Map(),
    children: [],
  }
  return { vars, groups: new Map<string, Group>([...own, [loose.name, loose]]), absent: new Map() }
}

const noSource: Source = { file: '', line: 1, column: 1 }

function groupsOf(reading: Reading, tree: Tree | undefined): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>()
  for (const [name, { key, value }] of asMap(reading, tree, ['groups'])?.entries ?? []) {
    const path = ['groups', name]
    if (checkGroupName(reading, name, key, path)) groups.set(name, groupOf(reading, name, key, value))
  }
  return groups
}

function groupOf(reading: Reading, name: string, source: Source, value: Tree): Group {
  const path = ['groups', name]
  const map = asMap(reading, value, path) ?? mapNode(source)
  checkKeys(reading, map, ['vars', 'hosts', 'children', 'absent'], path)
  return {
    name,
    source,
    vars: asMap(reading, map.entries.get('vars')?.value, [...path, 'vars']),
    hosts: hostsOf(reading, map.entries.get('hosts')?.value, [...path, 'hosts']),
    absent: hostsOf(reading, map.entries.get('absent')?.value, [...path, 'absent']),
    children: childrenOf(reading, map.entries.get('children')?.value, [...path, 'children']),
  }
}

function hostsOf(reading: Reading, tree: Tree | undefined, path: Path): ReadonlyMap<string, MapNode> {
  const hosts = new Map<string, MapNode>()
  for (const [name, { key, value }] of asMap(reading, tree, path)?.entries ?? []) {
    if (!checkHostName(reading, name, key, [...path, name])) continue
    const vars = asMap(reading, value, [...path, name])
    // What a host misses is reported at its name, not at the bracket behind it.
    hosts.set(name, { ...(vars ?? mapNode(key)), source: key, origin: key })
  }
  return hosts
}

function childrenOf(reading: Reading, tree: Tree | undefined, path: Path): Group['children'] {
  if (tree === undefined || isEmpty(tree)) return []
  if (tree.kind !== 'list') {
    complain(reading, {
      message: 'expected a list of group names',
      source: tree.source,
      path: pathText(path),
    })
    return []
  }
  return tree.items.flatMap((item) => {
    if (item.kind === 'scalar' && typeof item.value === 'string')
      return [{ name: item.value, source: item.source }]
    complain(reading, { message: 'expected the name of a group', source: item.source, path: pathText(path) })
    return []
  })
}
