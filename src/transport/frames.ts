import { hello } from './loader.ts'

/** A line `@<nonce> words…` of the helper, with the bytes that it announced. */
export interface Frame {
  readonly words: readonly string[]
  readonly body: Buffer
}

export interface FrameListener {
  frame(frame: Frame): void
  /** A line that is not the helper's: motd, bashrc, an error of the login shell. */
  noise(line: string): void
}

const newline = 0x0a
// Noise is kept for error messages only; a line without end must not fill the memory.
const longestLineBytes = 64 * 1024
const nothing = Buffer.alloc(0)

/** Cuts what comes from a node into frames; `bodyBytes` tells from a frame's words how many bytes follow it. */
export class FrameReader {
  readonly #prefix: string
  readonly #bodyBytes: (words: readonly string[]) => number
  readonly #listener: FrameListener
  #line: Buffer = nothing
  #words: readonly string[] | undefined
  #body: Buffer[] = []
  #missing = 0

  constructor(nonce: string, bodyBytes: (words: readonly string[]) => number, listener: FrameListener) {
    this.#prefix = `@${nonce} `
    this.#bodyBytes = bodyBytes
    this.#listener = listener
  }

  push(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) rest = this.#words === undefined ? this.#takeLine(rest) : this.#takeBody(rest)
  }

  #takeLine(chunk: Buffer): Buffer {
    const end = chunk.indexOf(newline)
    const part = end === -1 ? chunk : chunk.subarray(0, end)
    this.#line =
      this.#line.length === 0 ? part : Buffer.concat([this.#line, part]).subarray(-longestLineBytes)
    if (end === -1) return nothing
    const line = this.#line.toString()
    this.#line = nothing
    this.#endLine(line)
    return chunk.subarray(end + 1)
  }

  #endLine(line: string): void {
    if (line === hello) this.#listener.frame({ words: ['hello'], body: nothing })
    else if (line.startsWith(this.#prefix)) this.#begin(line.slice(this.#prefix.length).split(' '))
    else if (line !== '') this.#listener.noise(line)
  }

  #begin(words: readonly string[]): void {
    this.#words = words
    this.#missing = this.#bodyBytes(words)
    this.#endBody()
  }

  #takeBody(chunk: Buffer): Buffer {
    const part = chunk.subarray(0, this.#missing)
    this.#body.push(part)
    this.#missing -= part.length
    this.#endBody()
    return chunk.subarray(part.length)
  }

  #endBody(): void {
    if (this.#missing > 0 || this.#words === undefined) return
    const frame = { words: this.#words, body: Buffer.concat(this.#body) }
    this.#words = undefined
    this.#body = []
    this.#listener.frame(frame)
  }
}
