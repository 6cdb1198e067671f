/** The last part of a text that may be long, for error messages. */
export class Tail {
  readonly #limit: number
  #text = ''

  constructor(limit = 8192) {
    this.#limit = limit
  }

  push(text: string): void {
    this.#text = (this.#text + text).slice(-this.#limit)
  }

  get text(): string {
    return this.#text
  }

  /** The last lines that say something. */
  lines(count = 5): readonly string[] {
    return lastLines(this.#text, count)
  }
}

/** The last lines of a text, without empty ones. */
export function lastLines(text: string, count = 5): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
}
