import type { Readable, Writable } from 'node:stream'

/** How the far end of a pipe went. Neither code nor signal: the connection broke, and nobody knows how far it came. */
export interface Ending {
  readonly code?: number
  readonly signal?: string
  /** What broke the connection, where that is known. */
  readonly error?: Error
}

/** A running program with its three streams: an SSH channel, or in tests a child process. */
export interface Pipe {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly ended: Promise<Ending>
  destroy(): void
}
