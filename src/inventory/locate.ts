import type { Source } from '../shared/source.ts'
import { type Entry, type Path, type Tree } from './tree.ts'

/** The nearest that exists on the way to a path. */
export interface Located {
  readonly found: boolean
  readonly tree: Tree
  /** Position of the key that leads to `tree`, if one does. */
  readonly key?: Source
}

/** Walks down a path as far as it goes. */
export function locate(root: Tree, path: Path): Located {
  let here: Located = { found: true, tree: root }
  for (const step of path) {
    const next = childOf(here.tree, step)
    if (next === undefined) return { ...here, found: false }
    here = { found: true, ...next }
  }
  return here
}

/** Position of the value at a path, or of its nearest existing parent. */
export function sourceAt(root: Tree, path: Path): Source {
  return locate(root, path).tree.source
}

/** Position of a key, for complaints about its name. */
export function keySourceAt(root: Tree, path: Path): Source {
  const { found, key, tree } = locate(root, path)
  return found && key !== undefined ? key : tree.source
}

function childOf(tree: Tree, step: string | number): { tree: Tree; key?: Source } | undefined {
  if (tree.kind === 'list') {
    const item = typeof step === 'number' ? tree.items[step] : undefined
    return item === undefined ? undefined : { tree: item }
  }
  if (tree.kind === 'scalar') return undefined
  const entry: Entry | undefined = tree.entries.get(String(step))
  return entry === undefined ? undefined : { tree: entry.value, key: entry.key }
}
