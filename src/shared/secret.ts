import { inspect } from 'node:util'

const mask = '[redacted]'
const known = new Set<string>()

/** A value that prints as `[redacted]` wherever it ends up by accident. Only `reveal` gives it away. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    for (const form of formsOf(value)) known.add(form)
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

/** Takes every secret that this process has seen out of a text that is about to be shown or logged. */
export function redact(text: string): string {
  let shown = text
  for (const form of known) shown = shown.replaceAll(form, mask)
  return shown
}

// Shorter values would take apart ordinary words; the schema asks for 4 characters at least.
const shortest = 4

function formsOf(value: string): readonly string[] {
  if (value.length < shortest) return []
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '')
  const quoted = value.replaceAll(`'`, `'\\''`)
  return [value, base64, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), quoted]
}
