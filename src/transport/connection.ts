import type { Duplex } from 'node:stream'

/** Bytes that a script finds as the file `"$PGHA_DIR/<name>"`: root-only, on a tmpfs, gone after the script. */
export interface Payload {
  /** Letters, digits, dot and dash only. */
  readonly name: string
  readonly content: Buffer
}

export interface RunOptions {
  readonly payloads?: readonly Payload[]
  /** A script that runs longer is ended; that is an error of kind `failed`. Full seconds on the node. */
  readonly timeoutMs?: number
  /**
   * It only reads, and brings no payloads: then it costs the node six processes less. Its stderr is what the node has said since
   * it was reached, `PGHA_DIR` is not there, and nobody waits for it when the run ends.
   */
  readonly isQuery?: boolean
}

/** How a script ended. */
export interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * One node, reached once per run. Scripts run as root in a POSIX shell with `LC_ALL=C` and empty stdin; they and their
 * payloads travel on stdin, so that nothing of them shows in a process list.
 */
export interface Connection {
  /** Name of the host in the inventory. */
  readonly host: string
  /** An exit code other than 0 is an answer, not an error; a lost connection is a PghaError. */
  run(script: string, options?: RunOptions): Promise<Answer>
  /** A TCP stream from the node to an address that the node can reach, as `ssh -L` does. */
  tunnel(address: string, port: number): Promise<Duplex>
  close(): Promise<void>
}

/** Who holds the lock of a node; shown to whoever comes second. */
export interface Holder {
  readonly user: string
  readonly host: string
  readonly pid: number
  readonly command: string
  /** ISO 8601, UTC. */
  readonly since: string
}

/** Where and how a host is reached, as the inventory says it. */
export interface Target {
  readonly host: string
  readonly address: string
  readonly port?: number
  readonly user?: string
  readonly keyFiles?: readonly string[]
  readonly passphrase?: string
  readonly password?: string
  readonly sudoPassword?: string
  readonly configFile?: string
  readonly knownHostsFiles?: readonly string[]
  readonly connectTimeoutMs?: number
}
