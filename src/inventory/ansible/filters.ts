import type { Source } from '../../shared/source.ts'
import type { Tree } from '../tree.ts'
import type { Evaluated } from './expressions.ts'
import { scalarText } from './plain.ts'

/** A value after one filter of Jinja, such as `default('x')` or `replace('-', '_')`. */
export function applyFilter(value: Evaluated, filter: string, source: Source): Evaluated {
  const [, name, written = ''] = /^(\w+)\s*(?:\((.*)\))?$/s.exec(filter) ?? []
  const given = argumentsOf(written)
  if (name === undefined || given === undefined) return { kind: 'unreadable' }
  if (name === 'default' || name === 'd') return withDefault(value, given, source)
  const text = textFilters[name]
  if (value.kind !== 'value' || value.tree.kind !== 'scalar' || text === undefined)
    return { kind: 'unreadable' }
  const changed = text(scalarText(value.tree.value), given)
  return changed === undefined ? { kind: 'unreadable' } : { kind: 'value', tree: scalar(changed, source) }
}

function withDefault(value: Evaluated, [fallback]: readonly string[], source: Source): Evaluated {
  if (value.kind !== 'undefined') return value
  return fallback === undefined ? value : { kind: 'value', tree: scalar(fallback, source) }
}

type TextFilter = (text: string, given: readonly string[]) => string | number | undefined

const textFilters: Readonly<Record<string, TextFilter | undefined>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  string: (text) => text,
  int: (text) => (/^\s*-?\d+\s*$/.test(text) ? Number(text) : undefined),
  replace: (text, [from, to]) =>
    from === undefined || to === undefined ? undefined : text.replaceAll(from, to),
}

/** Texts and whole numbers between commas; undefined when there is anything else. */
function argumentsOf(written: string): readonly string[] | undefined {
  if (written.trim() === '') return []
  const parts = written.match(/(?:'[^']*'|"[^"]*"|[^,'"])+/g) ?? []
  const values = parts.map((part) => {
    const [, , quoted, figure] = /^\s*(?:(['"])([^'"\\]*)\1|(\d+))\s*$/.exec(part) ?? []
    return quoted ?? figure
  })
  return values.some((value) => value === undefined)
    ? undefined
    : values.filter((value) => value !== undefined)
}

function scalar(value: string | number, source: Source): Tree {
  return { kind: 'scalar', source, value }
}
