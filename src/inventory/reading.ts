import { relative, resolve } from 'node:path'
import type { Problem } from '../shared/errors.ts'
import { pathText } from './path-text.ts'
import { readText } from './read-text.ts'
import { readYaml } from './read-yaml.ts'
import { type MapNode, type Path, type Tree, isEmpty, kindOf, mapNode } from './tree.ts'

/** What goes along while files are read: where `!env` looks, and all complaints so far. */
export interface Reading {
  readonly env: NodeJS.ProcessEnv
  readonly problems: Problem[]
  /** Files in the order in which they were read, the order of the complaints. */
  readonly files: string[]
  /** Files whose text could not be understood, so that nobody complains that their values are missing. */
  readonly broken: string[]
}

/** The path as the operator would type it: relative to here when it is below here. */
export function shownPath(path: string): string {
  const below = relative(process.cwd(), resolve(path))
  return below === '' || below.startsWith('..') ? path : below
}

/** Reads a file of variables; undefined when it is empty or not readable, which is then complained about. */
export function readTree(reading: Reading, path: string): Tree | undefined {
  const file = shownPath(path)
  reading.files.push(file)
  const read = readText(path)
  if (!read.ok) {
    reading.broken.push(file)
    complain(reading, { message: read.reason, source: { file, line: 1, column: 1 } })
    return undefined
  }
  const { tree, problems } = readYaml(read.text, { file, env: reading.env })
  if (problems.length > 0 && tree === undefined) reading.broken.push(file)
  reading.problems.push(...problems)
  return tree
}

/** The tree if it is a map; anything else but an empty value is complained about. */
export function asMap(reading: Reading, tree: Tree | undefined, path: Path = []): MapNode | undefined {
  if (tree === undefined || tree.kind === 'map') return tree
  if (isEmpty(tree)) return mapNode(tree.source)
  const message = `expected a section of keys, not ${kindOf(tree)}`
  complain(reading, { message, source: tree.source, path: pathText(path) })
  return undefined
}

export function complain(reading: Reading, problem: Problem): void {
  reading.problems.push(problem)
}
