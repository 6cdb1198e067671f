import { Composer, type Document, LineCounter, Parser, visit } from 'yaml'
import type { Problem } from '../shared/errors.ts'
import type { Source } from '../shared/source.ts'
import type { Tree } from './tree.ts'
import { maxBytes } from './read-text.ts'
import { depthOf } from './yaml-depth.ts'
import { yamlMessage } from './yaml-messages.ts'
import { treeOf } from './yaml-tree.ts'

/** A YAML text as a tree; undefined when it is empty or too broken to be read. */
export interface YamlFile {
  readonly tree: Tree | undefined
  readonly problems: readonly Problem[]
}

export interface YamlOptions {
  readonly file: string
  readonly env: NodeJS.ProcessEnv
  /** Where an offset of the text is for the operator; by default line and column of `file`. */
  readonly place?: (offset: number) => Source
  /** How plain values and tags are read; by default as YAML 1.2 does, and `!env NAME`. */
  readonly dialect?: Dialect
}

/** Another reading of YAML, for files that were written for another program. */
export interface Dialect {
  /** Makes values of the texts and tags of a document in which all scalars are still text. */
  resolve(document: Document, place: (offset: number) => Source): readonly Problem[]
}

const maxDepth = 32

/** Reads one YAML text, with positions. Problems never quote the text. */
export function readYaml(text: string, options: YamlOptions): YamlFile {
  const lines = new LineCounter()
  const place = options.place ?? placeIn(options.file, lines)
  if (Buffer.byteLength(text) > maxBytes) return broken('larger than 1 MiB', place(0))

  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  if (depthOf(tokens) > maxDepth) return broken(`nested more than ${maxDepth} levels deep`, place(0))

  const schema = options.dialect === undefined ? 'core' : 'failsafe'
  const [document, second] = new Composer({ prettyErrors: false, logLevel: 'silent', schema }).compose(tokens)
  if (document === undefined) return { tree: undefined, problems: [] }
  if (second !== undefined) return broken('a second document (---) in one file', place(second.range[0]))
  const slips = complaints(document, place)
  const problems = slips.length > 0 ? slips : (options.dialect?.resolve(document, place) ?? [])
  if (problems.length > 0) return { tree: undefined, problems }
  return treeOf(document, { place, env: options.env })
}

function broken(message: string, source: Source): YamlFile {
  return { tree: undefined, problems: [{ message, source }] }
}

function placeIn(file: string, lines: LineCounter): (offset: number) => Source {
  return (offset) => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
}

// After a slip the parser complains about every line that follows; only duplicate keys stand for themselves.
function complaints(document: Document, place: (offset: number) => Source): readonly Problem[] {
  const slip = document.errors.findIndex((error) => error.code !== 'DUPLICATE_KEY')
  const telling = slip === -1 ? document.errors : document.errors.slice(0, slip + 1)
  return telling.map((error) => ({ message: yamlMessage(error), source: place(offsetOf(document, error)) }))
}

// A quote that is never closed takes in the rest of the file: it is the last one, and its beginning is the place.
function offsetOf(
  document: Document,
  { message, pos }: { message: string; pos: readonly [number, number] },
): number {
  if (!message.startsWith('Missing closing')) return pos[0]
  let start = pos[0]
  visit(document, {
    Scalar: (_key, node) => {
      if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') start = node.range?.[0] ?? start
    },
  })
  return start
}
