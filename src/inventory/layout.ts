import type { Source } from '../shared/source.ts'
import { didYouMean } from './did-you-mean.ts'
import { type Reading, asMap, complain } from './reading.ts'
import { type MapNode, type Tree, isEmpty, mapNode } from './tree.ts'

/** The inventory file taken apart, before anything is merged. */
export interface Layout {
  readonly vars: MapNode | undefined
  readonly groups: ReadonlyMap<string, Group>
}

export interface Group {
  readonly name: string
  readonly source: Source
  readonly vars: MapNode | undefined
  /** Variables that stand inline, by host. */
  readonly hosts: ReadonlyMap<string, MapNode>
  readonly children: readonly { readonly name: string; readonly source: Source }[]
}

const hostName = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/
const groupName = /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/

/** Takes the inventory file apart; complains about what is out of place and goes on with the rest. */
export function layoutOf(reading: Reading, tree: Tree): Layout {
  const root = asMap(reading, tree, '')
  if (root === undefined) return { vars: undefined, groups: new Map() }
  checkKeys(reading, root, ['vars', 'groups'], '')
  const groups = new Map<string, Group>()
  const written = asMap(reading, root.entries.get('groups')?.value, 'groups')
  for (const [name, { key, value }] of written?.entries ?? []) {
    if (!checkGroupName(reading, name, key)) continue
    groups.set(name, groupOf(reading, name, key, value))
  }
  checkChildren(reading, groups)
  return { vars: asMap(reading, root.entries.get('vars')?.value, 'vars'), groups }
}

function groupOf(reading: Reading, name: string, source: Source, value: Tree): Group {
  const path = `groups.${name}`
  const map = asMap(reading, value, path) ?? mapNode(source)
  checkKeys(reading, map, ['vars', 'hosts', 'children'], path)
  return {
    name,
    source,
    vars: asMap(reading, map.entries.get('vars')?.value, `${path}.vars`),
    hosts: hostsOf(reading, map.entries.get('hosts')?.value, `${path}.hosts`),
    children: childrenOf(reading, map.entries.get('children')?.value, `${path}.children`),
  }
}

function hostsOf(reading: Reading, tree: Tree | undefined, path: string): ReadonlyMap<string, MapNode> {
  const hosts = new Map<string, MapNode>()
  for (const [name, { key, value }] of asMap(reading, tree, path)?.entries ?? []) {
    if (!hostName.test(name)) {
      const hint = 'lower-case letters, digits, dots and hyphens, at most 63'
      complain(reading, { message: 'not a host name', source: key, path: `${path}.${name}`, hint })
      continue
    }
    const vars = asMap(reading, value, `${path}.${name}`)
    hosts.set(name, { ...(vars ?? mapNode(key)), source: key, origin: key })
  }
  return hosts
}

function childrenOf(reading: Reading, tree: Tree | undefined, path: string): Group['children'] {
  if (tree === undefined || isEmpty(tree)) return []
  if (tree.kind !== 'list') {
    complain(reading, { message: 'expected a list of group names', source: tree.source, path })
    return []
  }
  return tree.items.flatMap((item) => {
    if (item.kind === 'scalar' && typeof item.value === 'string')
      return [{ name: item.value, source: item.source }]
    complain(reading, { message: 'expected the name of a group', source: item.source, path })
    return []
  })
}

function checkKeys(reading: Reading, map: MapNode, known: readonly string[], path: string): void {
  for (const [key, entry] of map.entries) {
    if (known.includes(key)) continue
    const hint = didYouMean(key, known)
    complain(reading, {
      message: 'unknown key',
      source: entry.key,
      path: path === '' ? key : `${path}.${key}`,
      ...(hint === undefined ? {} : { hint }),
    })
  }
}

function checkGroupName(reading: Reading, name: string, source: Source): boolean {
  const path = `groups.${name}`
  if (name === 'all') {
    complain(reading, {
      message: 'the group all is always there',
      source,
      path,
      hint: 'put its vars under vars:',
    })
    return false
  }
  if (groupName.test(name)) return true
  const hint = 'lower-case letters, digits, _ and hyphens, at most 63'
  complain(reading, { message: 'not a group name', source, path, hint })
  return false
}

function checkChildren(reading: Reading, groups: ReadonlyMap<string, Group>): void {
  for (const group of groups.values()) {
    for (const { name, source } of group.children) {
      const path = `groups.${group.name}.children`
      const hint = didYouMean(name, groups.keys())
      if (!groups.has(name)) {
        complain(reading, {
          message: `no group ${name}`,
          source,
          path,
          ...(hint === undefined ? {} : { hint }),
        })
      } else if (reaches(groups, name, group.name)) {
        complain(reading, { message: `group ${name} contains ${group.name}: a circle`, source, path })
      }
    }
  }
}

function reaches(
  groups: ReadonlyMap<string, Group>,
  from: string,
  to: string,
  seen = new Set<string>(),
): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  return groups.get(from)?.children.some((child) => reaches(groups, child.name, to, seen)) ?? false
}
