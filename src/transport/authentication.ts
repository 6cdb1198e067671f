import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2'
import { PghaError } from '../shared/errors.ts'
import { type Attempt, attempts } from './attempts.ts'
import { type Login, loginText } from './login.ts'

/** Tries one way after another to log in; remembers what was tried for the error that ends in. */
export class Authentication {
  readonly #login: Login
  readonly #attempts: AsyncGenerator<Attempt, undefined>
  readonly #tried: string[] = []
  readonly #problems: string[] = []
  #accepted: readonly string[] = []

  constructor(login: Login) {
    this.#login = login
    this.#attempts = attempts(login)
  }

  /** An `authHandler` of ssh2 that never sends `none`; `fail` is called when nothing is left to try. */
  handler(fail: (error: Error) => void): AuthHandlerMiddleware {
    return (accepted: readonly string[] | null, _partial, next) => {
      this.#accepted = accepted ?? this.#accepted
      this.#next().then(next, fail)
    }
  }

  /** What to tell when the server broke off, was lost, or nothing is left. */
  error(cause?: Error, isUnreachable = false): PghaError {
    const tried =
      this.#tried.length === 0 ? 'no key, agent or password to try' : `tried ${this.#tried.join(', ')}`
    const accepts = this.#accepted.length === 0 ? '' : `; the server accepts ${this.#accepted.join(', ')}`
    const broken = cause === undefined ? '' : `; ${cause.message}`
    return new PghaError(
      'failed',
      `cannot log in as ${loginText(this.#login)}: ${tried}${accepts}${broken}`,
      {
        host: this.#login.host,
        hint: this.#hint(),
        evidence: this.#problems,
        isUnreachable,
        cause,
      },
    )
  }

  get begun(): boolean {
    return this.#tried.length > 0
  }

  async #next(): Promise<AnyAuthMethod> {
    for (;;) {
      const turn = await this.#attempts.next()
      if (turn.done === true) throw this.error()
      const attempt = turn.value
      if ('problem' in attempt) this.#problems.push(`${attempt.label}: ${attempt.problem}`)
      else if (this.#accepts(attempt.method) && !this.#accepted.includes(attempt.insteadOf ?? '')) {
        this.#tried.push(attempt.label)
        return attempt.auth
      }
    }
  }

  #accepts(method: string): boolean {
    return this.#accepted.length === 0 || this.#accepted.includes(method)
  }

  #hint(): string {
    const { user, address, port } = this.#login
    const copy = `ssh-copy-id -p ${port} ${user}@${address}`
    return this.#accepted.length > 0 && !this.#accepted.includes('publickey')
      ? 'set ssh.password in the inventory, or allow public keys on the node'
      : `put your key on the node (${copy}), or correct ssh.user and ssh.key_files in the inventory`
  }
}
