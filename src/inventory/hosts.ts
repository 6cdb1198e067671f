import { isDeepStrictEqual } from 'node:util'
import { type Source, sourceText } from '../shared/source.ts'
import type { Companions } from './companions.ts'
import type { Overlay } from './extra-vars.ts'
import type { Layout } from './layout.ts'
import { locate } from './locate.ts'
import { groupsOfHosts } from './memberships.ts'
import { mergeMaps } from './merge.ts'
import { pathText } from './path-text.ts'
import { type Reading, complain } from './reading.ts'
import { type MapNode, type Path, type Tree, isEmpty, mapNode, plainValue } from './tree.ts'

/** A host with all its variables merged, not yet checked against a schema. */
export interface RawHost {
  readonly name: string
  readonly groups: readonly string[]
  readonly vars: MapNode
}

export interface Layers {
  readonly layout: Layout
  readonly groupVars: Companions
  readonly hostVars: Companions
  readonly overlays: readonly Overlay[]
}

/** Merges for every host: all < outer group < inner group < host_vars < inline < -e. */
export function mergeHosts(reading: Reading, layers: Layers): readonly RawHost[] {
  const everyone = [...present(layers.layout.vars), ...(layers.groupVars.get('all') ?? [])]
  return [...groupsOfHosts(layers.layout)].map(([name, groups]) => {
    const inline = inlineVars(reading, layers.layout, name)
    const byGroup = groups.flatMap((group) => groupLayers(layers, group))
    const weakestFirst = [...everyone, ...byGroup, ...(layers.hostVars.get(name) ?? []), inline]
    const merged = weakestFirst.reduce(mergeMaps)
    const vars = layers.overlays.reduce((below, overlay) => overlay(below), {
      ...merged,
      source: inline.source,
    })
    // Of hosts that are in no group.
    return { name, groups: groups.filter((group) => group !== ''), vars }
  })
}

function groupLayers({ layout, groupVars }: Layers, group: string): readonly MapNode[] {
  return [...present(layout.groups.get(group)?.vars), ...(groupVars.get(group) ?? [])]
}

// A host may stand in several groups; what it says there has to agree, since neither place is stronger.
function inlineVars(reading: Reading, layout: Layout, name: string): MapNode {
  const places = [...layout.groups.values()].flatMap((group) => present(group.hosts.get(name)))
  const [first, ...others] = places
  if (first === undefined) return mapNode({ file: '', line: 1, column: 1 })
  return others.reduce((before, other) => {
    for (const { path, source, earlier } of contradictions(before, other, [])) {
      const message = `${name} has another value at ${sourceText(earlier)}`
      complain(reading, { message, source, path: pathText(path), hint: 'keep one of them' })
    }
    return { ...mergeMaps(before, other), source: before.source }
  }, first)
}

interface Contradiction {
  readonly path: Path
  readonly source: Source
  readonly earlier: Source
}

function contradictions(before: MapNode, after: Tree, path: Path): readonly Contradiction[] {
  if (after.kind !== 'map') return []
  return [...after.entries].flatMap(([key, { value }]) => {
    const { found, tree } = locate(before, [key])
    if (!found || isEmpty(tree) || isEmpty(value)) return []
    if (tree.kind === 'map' && value.kind === 'map') return contradictions(tree, value, [...path, key])
    if (isDeepStrictEqual(plainValue(tree), plainValue(value))) return []
    return [{ path: [...path, key], source: value.source, earlier: tree.source }]
  })
}

function present(map: MapNode | undefined): readonly MapNode[] {
  return map === undefined ? [] : [map]
}
