import { randomBytes } from 'node:crypto'
import { PghaError } from '../shared/errors.ts'
import type { Answer, RunOptions } from './connection.ts'
import { within } from './deadline.ts'
import { FrameStream } from './frame-stream.ts'
import type { Frame } from './frames.ts'
import { type Greeting, greet } from './greeting.ts'
import { stdoutLimitBytes } from './loader.ts'
import type { Ending, Pipe } from './pipe.ts'
import { encodeRequest } from './request.ts'
import { lastLines } from './tail.ts'

// `timeout` on the node ends a script that is late; this is for a node that does not even do that.
const graceMs = 15_000

// Of coreutils when the script is asked to end and when it has to be killed; of busybox.
const timeoutCodes: readonly number[] = [124, 137, 143]

/** The root shell of one node: takes scripts one after another for as long as the connection lives. */
export class Helper {
  readonly #pipe: Pipe
  readonly #frames: FrameStream
  readonly #host: string
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0

  private constructor(pipe: Pipe, frames: FrameStream, host: string) {
    this.#pipe = pipe
    this.#frames = frames
    this.#host = host
  }

  /** Throws `locked` if someone else holds the node, `failed` if the user cannot become root. */
  static async start(pipe: Pipe, greeting: Omit<Greeting, 'nonce'>, beatMs = 15_000): Promise<Helper> {
    const nonce = randomBytes(16).toString('hex')
    const frames = new FrameStream(pipe, nonce)
    await greet(pipe, frames, { ...greeting, nonce })
    if (greeting.holder !== undefined) beat(pipe, beatMs)
    return new Helper(pipe, frames, greeting.host)
  }

  run(script: string, options: RunOptions = {}): Promise<Answer> {
    this.#waiting += 1
    const answer = this.#turn.then(() => this.#serve(script, options)).finally(() => (this.#waiting -= 1))
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  /** Resolves when the node is unlocked and clean; a script that still runs is left to end by itself. */
  async close(): Promise<void> {
    if (this.#waiting === 0) {
      this.#pipe.stdin.end()
      await within<Ending>(this.#pipe.ended, 5000, () => ({}))
    }
    this.#pipe.destroy()
  }

  async #serve(script: string, options: RunOptions): Promise<Answer> {
    const request = encodeRequest(script, options)
    if (this.#frames.ending !== undefined) throw this.#lost(this.#frames.ending, 'before a script ran')
    const { timeoutMs } = options
    const started = Date.now()
    this.#pipe.stdin.write(request)
    await this.#expect('begin', timeoutMs)
    const answer = this.#answer(await this.#expect('end', timeoutMs))
    // That of a query came by itself.
    if (options.isQuery === true) return { ...answer, stderr: this.#frames.stderr.text }
    // A script may exit with these codes too, but not after its time.
    const isLate = timeoutMs !== undefined && Date.now() - started >= timeoutMs
    if (isLate && timeoutCodes.includes(answer.code)) throw this.#late(timeoutMs, answer)
    return answer
  }

  async #expect(word: string, timeoutMs: number | undefined): Promise<Frame> {
    const frame = await this.#next(timeoutMs)
    if (!('words' in frame)) throw this.#lost(frame, 'while a script ran, and how far it came is unknown')
    if (frame.words[0] === word) return frame
    const [what = '', name = ''] = frame.words
    if (what === 'homeless') throw this.#error('no directory for temporary files in /run, /dev/shm or /tmp')
    throw this.#error(what === 'unwritten' ? `no room for ${name} below /run` : `unexpected answer: ${what}`)
  }

  #next(timeoutMs: number | undefined): Promise<Frame | Ending> {
    if (timeoutMs === undefined) return this.#frames.next()
    return within(this.#frames.next(), timeoutMs + graceMs, () => {
      this.#pipe.destroy()
      throw this.#late(timeoutMs)
    })
  }

  #answer({ words, body }: Frame): Answer {
    const [, code = NaN, out = NaN, err = NaN] = words.map(Number)
    if (out > stdoutLimitBytes)
      throw this.#error(`a script wrote ${out} bytes; the limit is ${stdoutLimitBytes}`)
    if (!Number.isInteger(code) || body.length !== out + err) throw this.#error('unreadable answer')
    return { code, stdout: body.toString('utf8', 0, out), stderr: body.toString('utf8', out) }
  }

  #late(timeoutMs: number, answer?: Answer): PghaError {
    return this.#error(`a script did not end within ${timeoutMs / 1000} s`, {
      evidence: lastLines(answer?.stderr ?? ''),
    })
  }

  #lost(ending: Ending, when: string): PghaError {
    const { code, signal, error } = ending
    const exit = code === undefined ? signal : `exit ${code}`
    const what =
      exit === undefined ? `connection to ${this.#host} lost` : `the helper on ${this.#host} ended (${exit})`
    const why = error === undefined ? '' : `: ${error.message}`
    return new PghaError('failed', `${what} ${when}${why}`, {
      host: this.#host,
      hint: 'run the same command again when the node is back: it looks before it changes anything',
      evidence: this.#frames.stderr.lines(),
      cause: error,
    })
  }

  #error(message: string, more: { readonly evidence?: readonly string[] } = {}): PghaError {
    return new PghaError('failed', `${this.#host}: ${message}`, { host: this.#host, ...more })
  }
}

/** Tells a node that it locks for us that we are there, for as long as we are; nobody answers, nobody waits. */
function beat(pipe: Pipe, everyMs: number): void {
  const timer = setInterval(() => {
    if (pipe.stdin.writable) pipe.stdin.write('H\n')
  }, everyMs).unref()
  void pipe.ended.then(() => {
    clearInterval(timer)
  })
}
