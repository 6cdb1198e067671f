import type { Source } from '../../shared/source.ts'
import { type Scalar, type Tree, mapNode } from '../tree.ts'

/** A value without its position, as Python and JSON know it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

/** The value as a tree whose parts all stand at one place. */
export function treeAt(value: Plain, source: Source): Tree {
  if (isScalar(value)) return { kind: 'scalar', source, value }
  if (isList(value)) return { kind: 'list', source, items: value.map((item) => treeAt(item, source)) }
  const entries = Object.entries(value).map(
    ([key, item]) => [key, { key: source, value: treeAt(item, source) }] as const,
  )
  return mapNode(source, entries)
}

/** A number as Python knows it: what Python would print otherwise than JavaScript is kept as its text. */
export function pythonNumber(value: number): number | string {
  const text = pythonText(value)
  return text === String(value) ? value : text
}

/** A whole number from its digits, as text where a double would not hold it exactly. */
export function wholeNumber(digits: string): number | string {
  const exact = BigInt(digits)
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact.toString()
}

/** What a template prints: `True`, `1.0`, `1e-05`. */
function pythonText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

function isScalar(value: Plain): value is string | number | boolean | null {
  return value === null || typeof value !== 'object'
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value)
}

/** The text that Jinja prints for a value. */
export function scalarText(value: Scalar): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return String(value)
}
