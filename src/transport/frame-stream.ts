import { type Frame, FrameReader } from './frames.ts'
import { stderrLimitBytes, stdoutLimitBytes } from './loader.ts'
import type { Ending, Pipe } from './pipe.ts'
import { Tail } from './tail.ts'

/** The frames of a pipe, one at a time, and what else the node said. */
export class FrameStream {
  readonly noise = new Tail()
  readonly stderr = new Tail()
  readonly #frames: Frame[] = []
  #ending: Ending | undefined
  #wake: (() => void) | undefined

  constructor(pipe: Pipe, nonce: string) {
    const reader = new FrameReader(nonce, bodyBytes, {
      frame: (frame) => {
        this.#frames.push(frame)
        this.#wake?.()
      },
      noise: (line) => {
        this.noise.push(`${line}\n`)
      },
    })
    pipe.stdout.on('data', (chunk: Buffer) => {
      reader.push(chunk)
    })
    // Has to be read even if nobody asks: an SSH channel with unread stderr never closes.
    pipe.stderr.on('data', (chunk: Buffer) => {
      this.stderr.push(chunk.toString())
    })
    void pipe.ended.then((ending) => {
      this.#ending = ending
      this.#wake?.()
    })
  }

  /** How the pipe ended, if it did; frames that came before may still be waiting. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  /** The next frame, or how the pipe ended if none is to come. */
  async next(): Promise<Frame | Ending> {
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) return frame
      if (this.#ending !== undefined) return this.#ending
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** How many bytes of stdout and stderr follow `end <code> <out> <err>`; too long an stdout is not sent. */
export function bodyBytes(words: readonly string[]): number {
  const [out, err] = words[0] === 'end' ? words.slice(2).map(Number) : []
  // A node that sends something else is not to be believed, nor to fill our memory.
  if (!isSize(out) || !isSize(err) || err > stderrLimitBytes) return 0
  return (out > stdoutLimitBytes ? 0 : out) + err
}

function isSize(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0
}
