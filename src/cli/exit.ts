import { type ErrorKind, PghaError } from '../shared/errors.ts'

/** Exit codes, documented in the README; they never change. */
export const exit = {
  /** Nothing to do, or all done and healthy. */
  ok: 0,
  /** A host failed, was unreachable, or did not converge. */
  failed: 1,
  /** `diff`: changes are pending. */
  pending: 2,
  /** `verify`, `status`, the check after `apply`: the cluster is not healthy. */
  unhealthy: 3,
  /** The inventory or the command line is wrong; nothing was contacted. */
  input: 4,
  /** Somebody else holds the lock. */
  locked: 5,
  /** Refused for safety. */
  refused: 6,
  interrupted: 130,
} as const

const codes: Record<ErrorKind, number> = {
  failed: exit.failed,
  input: exit.input,
  locked: exit.locked,
  refused: exit.refused,
  unhealthy: exit.unhealthy,
  interrupted: exit.interrupted,
}

/** The exit code that an error ends the program with; a bug counts as failed. */
export function exitCodeOf(thrown: unknown): number {
  return thrown instanceof PghaError ? codes[thrown.kind] : exit.failed
}
