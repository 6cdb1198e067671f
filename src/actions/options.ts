import type { Disruption } from '../engine/disruption.ts'
import type { Emit } from '../engine/events.ts'

/** How an operator stops a run. */
export interface Stop {
  /** Aborted when the run is to stop: steps that run come to their end, no other begins. */
  readonly signal: AbortSignal
  /** From now on there is something to come to an end: the first Ctrl-C stops the run, the second ends it. */
  defer(): void
}

/** What an operator says on the command line; every action takes the part that it needs. */
export interface RunOptions {
  /** Path of the inventory. */
  readonly inventory: string
  readonly extraVars: readonly string[]
  /** Hosts and groups that may be changed; undefined: all. */
  readonly limit: readonly string[] | undefined
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  readonly forks: number
  readonly acceptNew: boolean
  /** Hosts that may be unreachable. */
  readonly skipUnreachable: readonly string[]
  /** A run that would disturb more is refused. */
  readonly maxDisruption: Disruption
  /** The words after `pgha`, for the lock and the log; free of secrets. */
  readonly command: string
  readonly emit: Emit
  readonly stop?: Stop
  /** Hosts under `absent:` that go although the cluster is too small without them. */
  readonly forceRemove?: readonly string[]
  /** The data of hosts under `absent:` goes too. */
  readonly deleteData?: boolean
  /** Take over the lock of a run whose connection is gone. */
  readonly breakLock?: boolean
}
