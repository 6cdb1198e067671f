import {
  type Alias,
  type Document,
  type Node,
  type Pair,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
} from 'yaml'
import type { Problem } from '../shared/errors.ts'
import type { Source } from '../shared/source.ts'
import { type Entry, type MapNode, type Tree, mapNode } from './tree.ts'
import { type Walk, complain, isCoreTag, scalarTree, startOf, unknownTag } from './yaml-scalar.ts'

// Nested aliases can deepen and multiply a document beyond what its text shows.
const maxDepth = 32
const maxNodes = 300_000

/** The parsed document with a position on every value, aliases and `<<` resolved, `!env` read. */
export function treeOf(
  document: Document,
  options: Pick<Walk, 'place' | 'env'>,
): { tree: Tree | undefined; problems: readonly Problem[] } {
  const { contents } = document
  if (contents === null) return { tree: undefined, problems: [] }
  const walk: Walk = { ...options, document, problems: [], nodes: 0 }
  try {
    const tree = nodeTree(walk, contents, options.place(contents.range?.[0] ?? 0), 0)
    return { tree, problems: walk.problems }
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error
    return { tree: undefined, problems: [{ message: error.message, source: error.source }] }
  }
}

class TooMuch extends Error {
  readonly source: Source
  constructor(message: string, source: Source) {
    super(message)
    this.source = source
  }
}

// `at` is the key that leads to the node. It is the place of an indented map or list, which begins a line below.
function nodeTree(walk: Walk, node: Node, at: Source, depth: number): Tree {
  if (depth > maxDepth) throw new TooMuch(`nested more than ${maxDepth} levels deep`, at)
  if (++walk.nodes > maxNodes) throw new TooMuch(`more than ${maxNodes} values, aliases resolved`, at)
  if (isAlias(node)) return aliasTree(walk, node, at, depth)
  if (!isMap(node) && !isSeq(node)) return scalarTree(walk, node, at)
  const source = node.flow === true ? startOf(walk, node, at) : at
  if (!isCoreTag(node.tag)) return unknownTag(walk, source)
  return isMap(node) ? mapTree(walk, node.items, source, depth) : listTree(walk, node.items, source, depth)
}

function aliasTree(walk: Walk, alias: Alias, at: Source, depth: number): Tree {
  const target = alias.resolve(walk.document)
  if (target !== undefined) return nodeTree(walk, target, startOf(walk, target, at), depth + 1)
  return complain(
    walk,
    'an alias (*name) of an anchor (&name) that is not set before it',
    startOf(walk, alias, at),
  )
}

function listTree(walk: Walk, items: readonly unknown[], at: Source, depth: number): Tree {
  const trees = items.map((item) =>
    isNode(item) ? nodeTree(walk, item, startOf(walk, item, at), depth + 1) : nothing(at),
  )
  return { kind: 'list', source: at, items: trees }
}

function mapTree(walk: Walk, pairs: readonly unknown[], at: Source, depth: number): MapNode {
  const own = new Map<string, Entry>()
  const inherited: MapNode[] = []
  for (const pair of pairs) {
    const key = isPair(pair) ? keyOf(walk, pair, at) : undefined
    if (!isPair(pair) || key === undefined) continue
    const value = isNode(pair.value) ? nodeTree(walk, pair.value, key.source, depth + 1) : nothing(key.source)
    if (key.name === '<<') inherited.push(...mergedMaps(walk, value))
    else own.set(key.name, { key: key.source, value })
  }
  return mapNode(at, [...inherited.reverse().flatMap((map) => [...map.entries]), ...own])
}

// `<<: *common` or `<<: [*first, *second]`: the keys of the map itself win, then the earlier maps.
function mergedMaps(walk: Walk, value: Tree): readonly MapNode[] {
  const maps = value.kind === 'list' ? value.items : [value]
  return maps.flatMap((map) => {
    if (map.kind === 'map') return [map]
    complain(walk, '<< takes a map or a list of maps', map.source)
    return []
  })
}

function keyOf(walk: Walk, { key }: Pair, at: Source): { name: string; source: Source } | undefined {
  const source = isNode(key) ? startOf(walk, key, at) : at
  if (!isScalar(key) || key.value === null) {
    complain(walk, 'a key has to be plain text', source)
    return undefined
  }
  // Figures and words such as `true` as keys: as they are written.
  const name = typeof key.value === 'string' ? key.value : (key.source ?? '')
  if (name !== '__proto__') return { name, source }
  complain(walk, 'this key is not allowed', source)
  return undefined
}

function nothing(source: Source): Tree {
  return { kind: 'scalar', source, value: null }
}
