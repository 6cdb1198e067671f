import type { Source } from '../shared/source.ts'
import { type Entry, type MapNode, type Tree, isEmpty, mapNode } from './tree.ts'

/**
 * Lays `strong` over `weak`: maps merge key by key, lists and scalars replace.
 * An empty section (`haproxy:`) says nothing, an empty value takes an inherited scalar or list away.
 */
export function mergeMaps(weak: MapNode, strong: MapNode): MapNode {
  const entries = new Map(weak.entries)
  for (const [key, entry] of strong.entries) {
    const below = entries.get(key)
    entries.set(key, below === undefined ? entry : mergeEntry(below, entry))
  }
  return { ...strong, origin: weak.origin, entries }
}

/** Sets one value at a dotted path, as `-e a.b=c` does; only the value is at `source`, not the maps on the way. */
export function setPath(root: MapNode, path: readonly string[], value: Tree, source: Source): MapNode {
  const [key, ...rest] = path
  if (key === undefined) return root
  const below = root.entries.get(key)
  return { ...root, entries: new Map(root.entries).set(key, entryAt(below, rest, value, source)) }
}

function entryAt(below: Entry | undefined, rest: readonly string[], value: Tree, source: Source): Entry {
  if (rest.length === 0)
    return below === undefined ? { key: source, value } : mergeEntry(below, { key: source, value })
  const map = below?.value.kind === 'map' ? below.value : mapNode(source)
  return { key: below?.key ?? source, value: setPath(map, rest, value, source) }
}

function mergeEntry(weak: Entry, strong: Entry): Entry {
  if (weak.value.kind !== 'map') return strong
  if (isEmpty(strong.value)) return weak
  if (strong.value.kind !== 'map') return strong
  return { key: strong.key, value: mergeMaps(weak.value, strong.value) }
}
