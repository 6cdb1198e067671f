import type { Source } from '../shared/source.ts'

/** Keys and list positions that lead from the root of a host's variables to a value. */
export type Path = readonly (string | number)[]

export type Scalar = string | number | boolean | null

/** A value of the inventory that knows where it was written. */
export type Tree = ScalarNode | ListNode | MapNode

interface ScalarNode {
  readonly kind: 'scalar'
  readonly source: Source
  readonly value: Scalar
}

interface ListNode {
  readonly kind: 'list'
  readonly source: Source
  readonly items: readonly Tree[]
}

export interface MapNode {
  readonly kind: 'map'
  readonly source: Source
  /** Where the map was written first, by the weakest of the layers that were merged into it. */
  readonly origin: Source
  readonly entries: ReadonlyMap<string, Entry>
}

export interface Entry {
  readonly key: Source
  readonly value: Tree
}

/** A map as one place wrote it. */
export function mapNode(source: Source, entries: Iterable<readonly [string, Entry]> = []): MapNode {
  return { kind: 'map', source, origin: source, entries: new Map(entries) }
}

/** The value as plain data; what is empty in the YAML becomes undefined, so that defaults apply. */
export function plainValue(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value ?? undefined
  if (tree.kind === 'list') return tree.items.map(plainValue)
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plainValue(entry.value)]))
}

/** Whether the tree is an empty value, `key:` with nothing behind it or an explicit `null`. */
export function isEmpty(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null
}

/** Words for messages; never the value itself, which may be a password in the wrong place. */
export function kindOf(tree: Tree): string {
  if (tree.kind === 'map') return 'a section of keys'
  if (tree.kind === 'list') return 'a list'
  if (tree.value === null) return 'nothing'
  if (typeof tree.value === 'string') return 'text'
  return typeof tree.value === 'number' ? 'a number' : 'true or false'
}
