import { type Source, sourceText } from './source.ts'

/** What kind of end a run came to; `cli/exit.ts` turns it into an exit code. */
export type ErrorKind = 'failed' | 'input' | 'locked' | 'refused' | 'unhealthy' | 'interrupted'

/** The five questions that an error answers: where, which, what happened, why we wanted it, what to do. */
export interface ErrorContext {
  readonly host?: string
  readonly resource?: string
  /** Where in the inventory the wish came from. */
  readonly source?: Source
  /** Imperative and concrete: a flag, a file, a command. */
  readonly hint?: string
  /** Lines that show the cause: last lines of stderr, of a journal. */
  readonly evidence?: readonly string[]
  /** What was to be reached is silent, refuses the connection or has lost it; nothing that answers was refused. */
  readonly isUnreachable?: boolean
  readonly cause?: unknown
}

/** An error that the operator can act on. Anything else that is thrown is a bug and shows its stack. */
export class PghaError extends Error {
  readonly kind: ErrorKind
  readonly context: ErrorContext

  constructor(kind: ErrorKind, message: string, context: ErrorContext = {}) {
    super(message, { cause: context.cause })
    this.name = 'PghaError'
    this.kind = kind
    this.context = context
  }

  /** The same error, with what only a higher floor knows; what is set already stays. */
  with(context: ErrorContext): PghaError {
    return new PghaError(this.kind, this.message, { ...context, ...this.context })
  }
}

/** One complaint about the operator's input; several are reported at once. */
export interface Problem {
  readonly message: string
  readonly source?: Source
  /** Dotted path into the inventory, e.g. `groups.pgsql.hosts.n1.address`. */
  readonly path?: string
  readonly hint?: string
}

/** All that is wrong with the inventory or the command line. Nothing was contacted. */
export class InputError extends PghaError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super('input', problems.map(problemText).join('\n'))
    this.name = 'InputError'
    this.problems = problems
  }
}

/** Several hosts failed, each for its own reason. */
export class FleetError extends PghaError {
  readonly errors: readonly PghaError[]

  constructor(errors: readonly PghaError[]) {
    super(errors[0]?.kind ?? 'failed', errors.map((error) => error.message).join('\n'))
    this.name = 'FleetError'
    this.errors = errors
  }
}

/** `inventory.yaml:8:7: keepalived.vip: not an IPv4 address (try …)`. */
export function problemText({ message, source, path, hint }: Problem): string {
  const place = source === undefined ? '' : `${sourceText(source)}: `
  const where = path === undefined || path === '' ? '' : `${path}: `
  return `${place}${where}${message}${hint === undefined ? '' : ` (${hint})`}`
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
