import { type Document, type Node, isScalar } from 'yaml'
import type { Problem } from '../shared/errors.ts'
import type { Source } from '../shared/source.ts'
import { keepEnvSecret } from './env-secret.ts'
import type { Scalar, Tree } from './tree.ts'

/** What goes along while a parsed document is turned into a tree. */
export interface Walk {
  readonly document: Document
  readonly place: (offset: number) => Source
  readonly env: NodeJS.ProcessEnv
  readonly problems: Problem[]
  /** Counts nodes over all aliases, so that nested aliases cannot grow without bound. */
  nodes: number
}

/** A scalar with its position; `at` is the key that leads to it, the place of an empty value. */
export function scalarTree(walk: Walk, node: Node, at: Source): Tree {
  const value: unknown = isScalar(node) ? node.value : undefined
  const source = value === null ? at : startOf(walk, node, at)
  if (node.tag === '!env') return environment(walk, value, source)
  if (!isCoreTag(node.tag)) return unknownTag(walk, source)
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return complain(walk, 'a number too large to be kept exactly', source, 'put it in quotes')
  }
  return isScalarValue(value) ? { kind: 'scalar', source, value } : complain(walk, 'not a value', source)
}

/** Notes a problem and goes on with an empty value in its place. */
export function complain(walk: Walk, message: string, source: Source, hint?: string): Tree {
  walk.problems.push({ message, source, ...(hint === undefined ? {} : { hint }) })
  return { kind: 'scalar', source, value: null }
}

export function unknownTag(walk: Walk, source: Source): Tree {
  return complain(walk, 'unknown tag', source, 'only !env NAME is known')
}

/** Whether a tag only says what the value is anyway, as `!!str` does. */
export function isCoreTag(tag: string | undefined): boolean {
  return tag === undefined || coreTags.has(tag)
}

export function startOf(walk: Walk, node: Node, otherwise: Source): Source {
  return node.range ? walk.place(node.range[0]) : otherwise
}

const coreNames = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq']
const coreTags = new Set(coreNames.map((name) => `tag:yaml.org,2002:${name}`))

function environment(walk: Walk, name: unknown, source: Source): Tree {
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return complain(walk, '!env takes the name of an environment variable', source)
  }
  const value = walk.env[name]
  if (value !== undefined && value !== '') {
    keepEnvSecret(value)
    return { kind: 'scalar', source, value }
  }
  const state = value === undefined ? 'not set' : 'empty'
  return complain(walk, `the environment variable ${name} is ${state}`, source, `export ${name}=…`)
}

function isScalarValue(value: unknown): value is Scalar {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  )
}
