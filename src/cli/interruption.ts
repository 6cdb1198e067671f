import type { Stop } from '../actions/options.ts'
import { exit } from './exit.ts'

/**
 * Ctrl-C, SIGTERM, and SIGHUP of a terminal that is closed. A command that only reads ends at once; one that has begun to change nodes finishes the step that
 * runs on each of them first, and ends at once when asked a second time.
 */
export class Interruption implements Stop {
  readonly #controller = new AbortController()
  #isDeferred = false

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  defer(): void {
    this.#isDeferred = true
  }

  /** Takes the signals of this process. */
  listen(): void {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        // The kernel and the shell each tell of the same terminal: that is not asking twice.
        if (name === 'SIGHUP' && this.signal.aborted) return
        this.#take()
      })
    }
  }

  #take(): void {
    if (this.#isDeferred && !this.signal.aborted) {
      process.stderr.write(
        'stopping: the step that runs on each node comes to its end; once more ends at once\n',
      )
      this.#controller.abort()
      return
    }
    const more = this.#isDeferred
      ? '; a step that runs on a node goes on there, the next apply says what is left and finishes it'
      : ''
    process.stderr.write(`interrupted${more}\n`)
    process.exit(exit.interrupted)
  }
}
