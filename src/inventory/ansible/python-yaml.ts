import { type Document, type Scalar, visit } from 'yaml'
import type { Problem } from '../../shared/errors.ts'
import type { Source } from '../../shared/source.ts'
import type { Dialect } from '../read-yaml.ts'
import { pythonNumber, wholeNumber } from './plain.ts'
import { type Decrypted, isVault } from './vault.ts'

/** YAML as Ansible's PyYAML reads it, with `!vault` and `!unsafe`. */
export function pythonYaml(decrypt: (text: string, source: Source) => Decrypted): Dialect {
  return { resolve: (document, place) => resolve(document, place, decrypt) }
}

function resolve(
  document: Document,
  place: (offset: number) => Source,
  decrypt: (text: string, source: Source) => Decrypted,
): readonly Problem[] {
  const problems: Problem[] = []
  visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string') return
      const source = place(node.range?.[0] ?? 0)
      const read = valueOf(node, node.value, source, decrypt)
      if ('message' in read) problems.push({ message: read.message, source })
      else node.value = read.value
      if (ownTags.has(node.tag ?? '')) delete node.tag
    },
  })
  return problems
}

const ownTags: ReadonlySet<string> = new Set(['!vault', '!vault-encrypted', '!unsafe'])

type Read = { readonly value: string | number | boolean | null } | { readonly message: string }

function valueOf(
  node: Scalar,
  text: string,
  source: Source,
  decrypt: (text: string, source: Source) => Decrypted,
): Read {
  if (node.tag === '!unsafe') return { value: text }
  if (node.tag === '!vault' || node.tag === '!vault-encrypted') {
    if (!isVault(text)) return { message: '!vault without a text of ansible-vault' }
    const plain = decrypt(text, source)
    return plain.ok ? { value: plain.text } : { message: plain.message }
  }
  return { value: node.tag === undefined && node.type === 'PLAIN' ? plainScalar(text) : text }
}

const booleans: ReadonlyMap<string, boolean> = new Map(
  [
    ['yes', true],
    ['on', true],
    ['true', true],
    ['no', false],
    ['off', false],
    ['false', false],
  ].flatMap(([word, value]) => casings(String(word)).map((form) => [form, value === true] as const)),
)

function casings(word: string): readonly string[] {
  return [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()]
}

const empty: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL'])

// The forms of yaml/resolver.py.
const float =
  /^([-+]?\d[\d_]*\.[\d_]*([eE][-+]\d+)?|\.\d[\d_]*([eE][-+]\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/
const clock = /^[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?$/
const whole = /^([-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+)$/

/** What an unquoted text means to PyYAML (YAML 1.1). Dates stay text. */
export function plainScalar(text: string): string | number | boolean | null {
  if (empty.has(text)) return null
  const truth = booleans.get(text)
  if (truth !== undefined) return truth
  if (whole.test(text)) return wholeOf(text)
  if (clock.test(text) && (text.includes('.') || /^[-+]?[1-9]/.test(text))) return clockOf(text)
  if (!float.test(text)) return text
  if (/n$/i.test(text)) return 'nan'
  if (/f$/i.test(text)) return text.startsWith('-') ? '-inf' : 'inf'
  return pythonNumber(Number(text.replaceAll('_', '')))
}

function wholeOf(text: string): number | string {
  const figure = text.replaceAll('_', '').replace(/^[-+]/, '')
  if (!/\d/.test(figure)) return text
  const digits = /^0\d/.test(figure) ? `0o${figure.slice(1)}` : figure
  return wholeNumber(text.startsWith('-') ? `-${String(BigInt(digits))}` : digits)
}

// 1:30 is 90, as it was in YAML 1.1.
function clockOf(text: string): number | string {
  const sum = text
    .replaceAll('_', '')
    .replace(/^[-+]/, '')
    .split(':')
    .reduce((total, part) => total * 60 + Number(part), 0)
  const value = text.startsWith('-') ? -sum : sum
  return text.includes('.') ? pythonNumber(value) : value
}
