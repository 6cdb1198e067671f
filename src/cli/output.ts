import { exit } from './exit.ts'

/** What a write fails with when nobody reads any more: a pager that was left, a terminal that was closed. */
const closed = ['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED']

type Failure = Error & { readonly code?: string }

/**
 * Watches stdout and stderr while a command runs. A reader that goes is no reason to break off: what runs on the nodes comes
 * to its end, and the exit code says how. A result that could not be written (a disk that is full) is a failure.
 */
export class Output {
  #failure: Failure | undefined
  readonly #onStdout = (error: Failure) => {
    if (!closed.includes(error.code ?? '')) this.#failure ??= error
  }
  // Nobody is left to be told.
  readonly #onStderr = () => undefined

  watch(): void {
    process.stdout.on('error', this.#onStdout)
    process.stderr.on('error', this.#onStderr)
  }

  /** The exit code of a command that ended with `code`, when all of its output is out. */
  async settled(code: number): Promise<number> {
    // A failed write is told of in the next round of the event loop.
    await new Promise(setImmediate)
    process.stdout.off('error', this.#onStdout)
    process.stderr.off('error', this.#onStderr)
    if (this.#failure === undefined) return code
    process.stderr.write(`error  the result could not be written: ${this.#failure.message}\n`)
    return code === exit.ok || code === exit.pending ? exit.failed : code
  }
}
