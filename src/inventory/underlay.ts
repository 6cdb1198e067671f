import type { RawHost } from './hosts.ts'
import type { Source } from '../shared/source.ts'
import { type Entry, type MapNode, mapNode, type Scalar, type Tree } from './tree.ts'

/** Sections of plain values and lists of them that count where a host does not say. */
export interface Underlay {
  readonly [key: string]: Scalar | readonly Scalar[] | Underlay | undefined
}

/**
 * Lays values under the variables of a host. They are defaults: in messages they stand where their section stands. What
 * the host has, even empty, stays.
 */
export function withUnderlay(host: RawHost, below: Underlay): RawHost {
  return { ...host, vars: underlaid(host.vars, below) }
}

function underlaid(map: MapNode, below: Underlay): MapNode {
  const entries = new Map(map.entries)
  for (const [key, value] of Object.entries(below)) {
    const entry = underlaidEntry(map, entries.get(key), value)
    if (entry !== undefined) entries.set(key, entry)
  }
  return { ...map, entries }
}

function underlaidEntry(
  { source }: MapNode,
  above: Entry | undefined,
  value: Underlay[string],
): Entry | undefined {
  if (value === undefined) return above
  if (!isSection(value)) return above ?? { key: source, value: valueAt(source, value) }
  if (above === undefined) return { key: source, value: underlaid(mapNode(source), value) }
  return above.value.kind === 'map' ? { ...above, value: underlaid(above.value, value) } : above
}

function valueAt(source: Source, value: Scalar | readonly Scalar[]): Tree {
  if (isList(value)) return { kind: 'list', source, items: value.map((item) => valueAt(source, item)) }
  return { kind: 'scalar', source, value }
}

function isSection(value: Scalar | readonly Scalar[] | Underlay): value is Underlay {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: Scalar | readonly Scalar[]): value is readonly Scalar[] {
  return Array.isArray(value)
}
