import { type Source, sourceText } from '../shared/source.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Group, Layout } from './layout.ts'
import { nameText, pathText } from './path-text.ts'
import { type Reading, complain } from './reading.ts'
import type { MapNode, Path } from './tree.ts'

const hostName = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/
const groupName = /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/

/** Complains about keys that have no meaning here. */
export function checkKeys(reading: Reading, map: MapNode, known: readonly string[], path: Path): void {
  for (const [key, entry] of map.entries) {
    if (known.includes(key)) continue
    const hint = didYouMean(key, known)
    const problem = { message: 'unknown key', source: entry.key, path: pathText([...path, key]) }
    complain(reading, hint === undefined ? problem : { ...problem, hint })
  }
}

/** Whether this can be the name of a host: it ends up in commands and config files, so that little is allowed. */
export function checkHostName(reading: Reading, name: string, source: Source, path: Path): boolean {
  if (hostName.test(name)) return true
  const hint = 'lower-case letters, digits, dots and hyphens, at most 63'
  complain(reading, { message: 'not a host name', source, path: pathText(path), hint })
  return false
}

export function checkGroupName(reading: Reading, name: string, source: Source, path: Path): boolean {
  if (name === 'all') {
    complain(reading, {
      message: 'the group all is always there',
      source,
      path: pathText(path),
      hint: 'put its vars under vars:',
    })
    return false
  }
  if (groupName.test(name)) return true
  const hint = 'lower-case letters, digits, _ and hyphens, at most 63'
  complain(reading, { message: 'not a group name', source, path: pathText(path), hint })
  return false
}

/** Complains about names that are both a group and a host, which `--limit` could not tell apart. */
export function checkDistinctNames(reading: Reading, { groups, absent }: Layout): void {
  const inGroups = [...groups.values()].flatMap((group) => [...group.hosts.keys(), ...group.absent.keys()])
  const hosts = new Set([...inGroups, ...absent.keys()])
  for (const { name, source } of groups.values()) {
    if (!hosts.has(name)) continue
    complain(reading, { message: `there is also a host ${name}`, source, path: pathText(['groups', name]) })
  }
}

/** Complains about hosts that are to leave and to stay at once. */
export function checkAbsent(reading: Reading, { groups, absent }: Layout): void {
  const staying = new Map([...groups.values()].flatMap((group) => [...group.hosts]))
  const places = [
    ...[...absent].map(([name, { source }]) => ({ name, source, path: ['absent', name] })),
    ...[...groups.values()].flatMap((group) =>
      [...group.absent].map(([name, { source }]) => ({
        ...{ name, source },
        path: ['groups', group.name, 'absent', name],
      })),
    ),
  ]
  for (const { name, source, path } of places) {
    const other = staying.get(name)
    if (other === undefined) continue
    const message = `${name} stands under hosts too (${sourceText(other.source)})`
    const hint = 'a host stays or leaves: keep one of the two'
    complain(reading, { message, source, path: pathText(path), hint })
  }
}

/** Complains about children that no group is named after, and about groups that contain themselves. */
export function checkChildren(reading: Reading, groups: ReadonlyMap<string, Group>): void {
  for (const group of groups.values()) {
    for (const { name, source } of group.children) {
      const problem = {
        message: `there is no group ${nameText(name)}`,
        source,
        path: pathText(['groups', group.name, 'children']),
      }
      const hint = didYouMean(name, groups.keys())
      if (!groups.has(name)) {
        complain(reading, hint === undefined ? problem : { ...problem, hint })
      } else if (reaches(groups, name, group.name, new Set())) {
        complain(reading, {
          ...problem,
          message: `${group.name} contains ${name}, which contains ${group.name}`,
        })
      }
    }
  }
}

function reaches(groups: ReadonlyMap<string, Group>, from: string, to: string, seen: Set<string>): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  return groups.get(from)?.children.some((child) => reaches(groups, child.name, to, seen)) ?? false
}
