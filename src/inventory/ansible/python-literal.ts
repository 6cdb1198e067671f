import { type Plain, pythonNumber, wholeNumber } from './plain.ts'
import { stringLiteral } from './python-string.ts'

/**
 * The value of a Python literal, as `ast.literal_eval` reads it in Ansible's INI inventories; undefined when the text
 * is none, which then means itself. Numbers that JavaScript would print otherwise come as text.
 */
export function pythonLiteral(text: string): Plain | undefined {
  const cursor = { text, at: 0, depth: 0 }
  try {
    skipBlanks(cursor)
    const value = tuple(cursor, '')
    return cursor.at === text.length ? value : undefined
  } catch (thrown) {
    if (thrown instanceof NoLiteral) return undefined
    throw thrown
  }
}

interface Cursor {
  readonly text: string
  at: number
  depth: number
}

class NoLiteral extends Error {}

// Deeper ones Python refuses, too.
const maxDepth = 64

// The text between is a tuple where a comma follows the first value, as in `1, 2`.
function tuple(cursor: Cursor, end: string): Plain {
  const first = value(cursor)
  if (!take(cursor, ',')) return first
  return [first, ...items(cursor, end)]
}

function value(cursor: Cursor): Plain {
  if (++cursor.depth > maxDepth) throw new NoLiteral()
  const found = bracketed(cursor) ?? { value: string(cursor) ?? word(cursor) }
  cursor.depth -= 1
  return found.value
}

function bracketed(cursor: Cursor): { readonly value: Plain } | undefined {
  if (take(cursor, '[')) return { value: closed(cursor, items(cursor, ']'), ']') }
  if (take(cursor, '{')) return { value: closed(cursor, mapOrSet(cursor), '}') }
  if (!take(cursor, '(')) return undefined
  if (take(cursor, ')')) return { value: [] }
  return { value: closed(cursor, tuple(cursor, ')'), ')') }
}

function items(cursor: Cursor, end: string): readonly Plain[] {
  const found: Plain[] = []
  while (!startsWith(cursor, end)) {
    found.push(value(cursor))
    if (!take(cursor, ',')) break
  }
  return found
}

function mapOrSet(cursor: Cursor): Plain {
  const keys: Plain[] = []
  const entries: (readonly [string, Plain])[] = []
  while (!startsWith(cursor, '}')) {
    const key = value(cursor)
    keys.push(key)
    if (take(cursor, ':')) entries.push([keyText(key), value(cursor)])
    if (!take(cursor, ',')) break
  }
  if (entries.length === 0 && keys.length > 0) return keys
  if (entries.length !== keys.length) throw new NoLiteral()
  return Object.fromEntries(entries)
}

function keyText(key: Plain): string {
  if (key !== null && typeof key === 'object') throw new NoLiteral()
  return String(key)
}

// Strings that follow each other are one, as in `'a' "b"`.
function string(cursor: Cursor): string | undefined {
  let joined: string | undefined
  for (;;) {
    const found = stringLiteral(cursor.text, cursor.at)
    if (found === undefined) return joined
    joined = (joined ?? '') + found.value
    cursor.at = found.end
    skipBlanks(cursor)
  }
}

const names: ReadonlyMap<string, Plain> = new Map<string, Plain>([
  ['True', true],
  ['False', false],
  ['None', null],
])

const numberForm =
  /[-+]?[ \t]*(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][-+]?\d(?:_?\d)*)?)/y

function word(cursor: Cursor): Plain {
  const name = /[A-Za-z]+/y
  name.lastIndex = cursor.at
  const found = name.exec(cursor.text)?.[0] ?? ''
  const named = names.get(found)
  if (named !== undefined) return skipped(cursor, found.length, named)
  numberForm.lastIndex = cursor.at
  const figure = numberForm.exec(cursor.text)?.[0] ?? ''
  return skipped(cursor, figure.length, numberOf(figure))
}

function skipped(cursor: Cursor, length: number, found: Plain): Plain {
  cursor.at += length
  if (/[\w.]/.test(cursor.text.charAt(cursor.at))) throw new NoLiteral()
  skipBlanks(cursor)
  return found
}

function numberOf(written: string): number | string {
  const figure = written.replace(/^[-+]/, '').trim().replaceAll('_', '')
  const isNegative = written.startsWith('-')
  if (/^0[xXoObB]/.test(figure) || /^(0+|[1-9]\d*)$/.test(figure)) {
    const whole = wholeNumber(figure.toLowerCase())
    return isNegative ? wholeNumber(`-${String(BigInt(whole))}`) : whole
  }
  if (!/^(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?$/.test(figure) || /^\d+$/.test(figure)) throw new NoLiteral()
  return pythonNumber(isNegative ? -Number(figure) : Number(figure))
}

function closed(cursor: Cursor, found: Plain, bracket: string): Plain {
  if (!take(cursor, bracket)) throw new NoLiteral()
  return found
}

function take(cursor: Cursor, mark: string): boolean {
  if (!startsWith(cursor, mark)) return false
  cursor.at += mark.length
  skipBlanks(cursor)
  return true
}

function startsWith({ text, at }: Cursor, mark: string): boolean {
  return mark === '' ? at === text.length : text.startsWith(mark, at)
}

function skipBlanks(cursor: Cursor): void {
  const blanks = /[ \t\r\n\f]*(#[^\n]*)?/y
  blanks.lastIndex = cursor.at
  cursor.at += blanks.exec(cursor.text)?.[0].length ?? 0
}
