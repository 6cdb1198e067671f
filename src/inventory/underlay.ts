import type { RawHost } from './hosts.ts'
import { type Entry, type MapNode, mapNode, type Scalar } from './tree.ts'

/** Sections of plain values that count where a host does not say. */
export interface Underlay {
  readonly [key: string]: Scalar | Underlay | undefined
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
  value: Scalar | Underlay | undefined,
): Entry | undefined {
  if (value === undefined) return above
  if (typeof value !== 'object' || value === null) {
    return above ?? { key: source, value: { kind: 'scalar', source, value } }
  }
  if (above === undefined) return { key: source, value: underlaid(mapNode(source), value) }
  return above.value.kind === 'map' ? { ...above, value: underlaid(above.value, value) } : above
}
