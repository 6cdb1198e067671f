import { inspect } from 'node:util'

/** What stands in the place of a secret. */
export const mask = '[redacted]'
const known = new Set<string>()
let pattern = /(?!)/g

/** A value that prints as `[redacted]` wherever it ends up by accident. Only `reveal` gives it away. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    keepSecret(value)
  }

  /** For the template that writes it to its root-only file, and for the login it opens; nowhere else. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return mask
  }

  toJSON(): string {
    return mask
  }

  [inspect.custom](): string {
    return mask
  }
}

/** From now on this value is taken out of all that is shown. */
export function keepSecret(value: string): void {
  for (const form of formsOf(value)) known.add(form)
  pattern = patternOf(known)
}

/** Takes every secret that this process has seen out of a text that is about to be shown or logged. */
export function redact(text: string): string {
  return text.replace(pattern, mask)
}

/** The same in all texts of a JSON document, which stays one: a password of figures must not tear its numbers apart. */
export function redactJson(json: string, indent = 0): string {
  const clean = (_key: string, value: unknown) => (typeof value === 'string' ? redact(value) : value)
  return `${JSON.stringify(JSON.parse(json), clean, indent)}\n`
}

/** All forms in one pass, long ones first: a secret that is the beginning of another must not leave its end behind. */
function patternOf(forms: ReadonlySet<string>): RegExp {
  const words = [...forms].toSorted((a, b) => b.length - a.length)
  if (words.length === 0) return /(?!)/g
  return new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
}

// Shorter values would take apart ordinary words; the schema asks for 4 characters at least.
const shortest = 4

function formsOf(value: string): readonly string[] {
  if (value.length < shortest) return []
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '')
  const quoted = value.replaceAll(`'`, `'\\''`)
  return [value, base64, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), quoted]
}
