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
import { type Entry, type MapNode, type Scalar, type Tree, mapNode } from './tree.ts'

interface Options {
  readonly place: (offset: number) => Source
  readonly env: NodeJS.ProcessEnv
}

interface Walk extends Options {
  readonly document: Document
  readonly problems: Problem[]
  /** Counts nodes over all aliases, so that nested aliases cannot grow without bound. */
  nodes: number
}

// Nested aliases can deepen a document beyond what its text shows.
const maxDepth = 32
const maxNodes = 300_000

/** The parsed document with a position on every value, aliases and `<<` resolved, `!env` read. */
export function treeOf(
  document: Document,
  options: Options,
): { tree: Tree | undefined; problems: Problem[] } {
  const walk: Walk = { ...options, document, problems: [], nodes: 0 }
  if (document.contents === null) return { tree: undefined, problems: [] }
  try {
    return {
      tree: nodeTree(walk, document.contents, options.place(document.contents.range?.[0] ?? 0), 0),
      problems: walk.problems,
    }
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

function nodeTree(walk: Walk, node: Node, at: Source, depth: number): Tree {
  if (depth > maxDepth) throw new TooMuch(`nested more than ${maxDepth} levels deep`, at)
  if (++walk.nodes > maxNodes) throw new TooMuch(`more than ${maxNodes} values after resolving aliases`, at)
  if (isAlias(node)) return aliasTree(walk, node, at, depth)
  if (!isMap(node) && !isSeq(node)) return scalarTree(walk, node, at)
  const source = node.flow === true ? startOf(walk, node, at) : at
  if (node.tag !== undefined && !coreTags.has(node.tag)) return unknownTag(walk, source)
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

function mapTree(walk: Walk, pairs: readonly unknown[], at: Source, depth: number): MapNode {
  const own = new Map<string, Entry>()
  const inherited: MapNode[] = []
  for (const pair of pairs) {
    if (!isPair(pair)) continue
    const key = keyOf(walk, pair, at)
    if (key === undefined) continue
    const value = isNode(pair.value) ? nodeTree(walk, pair.value, key.source, depth + 1) : empty(key.source)
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

function keyOf(walk: Walk, pair: Pair, at: Source): { name: string; source: Source } | undefined {
  const { key } = pair
  if (!isScalar(key) || key.value === null) {
    complain(walk, 'a key has to be plain text', isNode(key) ? startOf(walk, key, at) : at)
    return undefined
  }
  const source = startOf(walk, key, at)
  const name = typeof key.value === 'string' ? key.value : (key.source ?? '')
  if (name !== '__proto__') return { name, source }
  complain(walk, 'this key is not allowed', source)
  return undefined
}

function listTree(walk: Walk, items: readonly unknown[], at: Source, depth: number): Tree {
  const trees = items.map((item) =>
    isNode(item) ? nodeTree(walk, item, startOf(walk, item, at), depth + 1) : empty(at),
  )
  return { kind: 'list', source: at, items: trees }
}

function scalarTree(walk: Walk, node: Node, at: Source): Tree {
  const value: unknown = isScalar(node) ? node.value : undefined
  const source = value === null ? at : startOf(walk, node, at)
  if (node.tag === '!env') return environment(walk, value, source)
  if (node.tag !== undefined && !coreTags.has(node.tag)) return unknownTag(walk, source)
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return complain(walk, 'a number too large to be kept exactly', source, 'put it in quotes')
  }
  return isScalarValue(value) ? { kind: 'scalar', source, value } : complain(walk, 'not a value', source)
}

const coreNames = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq']
const coreTags = new Set(coreNames.map((name) => `tag:yaml.org,2002:${name}`))

function unknownTag(walk: Walk, source: Source): Tree {
  return complain(walk, 'unknown tag', source, 'only !env NAME is known')
}

function environment(walk: Walk, name: unknown, source: Source): Tree {
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return complain(walk, '!env takes the name of an environment variable', source)
  }
  const value = walk.env[name]
  if (value !== undefined && value !== '') return { kind: 'scalar', source, value }
  const state = value === undefined ? 'not set' : 'empty'
  return complain(walk, `the environment variable ${name} is ${state}`, source, `export ${name}=…`)
}

function complain(walk: Walk, message: string, source: Source, hint?: string): Tree {
  walk.problems.push({ message, source, ...(hint === undefined ? {} : { hint }) })
  return empty(source)
}

function empty(source: Source): Tree {
  return { kind: 'scalar', source, value: null }
}

function startOf(walk: Walk, node: Node, otherwise: Source): Source {
  return node.range ? walk.place(node.range[0]) : otherwise
}

function isScalarValue(value: unknown): value is Scalar {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  )
}
