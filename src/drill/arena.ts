import type { Cluster } from '../cluster/cluster.ts'
import type { Setting } from './faults/fault.ts'
import type { Attempt } from './log.ts'
import type { PowerCommands } from './power.ts'
import type { Random } from './random.ts'

/** Where a drill takes place: the cluster, the eyes on it, and what faults may use. */
export interface Arena {
  /** Over lines that hold the locks and that open themselves anew. */
  readonly cluster: Cluster
  /** The same over other lines, for those who watch. */
  readonly watched: Cluster
  readonly settingOf: (host: string) => Setting
  readonly power: PowerCommands
  /** Folder that the commands of `drill.power` start in: that of the inventory. */
  readonly folder: string
  readonly loopWaitSeconds: number
  /** A node heals itself so many seconds after pgha should have done it. */
  readonly graceSeconds: number
  readonly writers: number
  /** Average pause of a writer after an acknowledgement, in ms. */
  readonly thinkMs: number
  readonly random: Random
  readonly signal: AbortSignal | undefined
  readonly tell: (text: string) => void
  /** What clients see at this moment, twice a second. */
  readonly pulse: (text: string) => void
  readonly onAck?: (attempt: Attempt) => void
}
