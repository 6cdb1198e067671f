/** A known cause that was found on a node: the line that shows it, and what to do. */
export interface Finding {
  /** Short and constant, e.g. `port in use`: what tests and scripts compare. */
  readonly cause: string
  /** The node, by its name in the inventory. */
  readonly host: string
  /** The line of a journal, or the figures, that show it. */
  readonly evidence: string
  /** What to do: imperative and concrete. */
  readonly remedy: string
  /** Goes on until somebody acts: there is no point in waiting for it to pass. */
  readonly lasting: boolean
  /** The unit whose trouble this explains, without suffix. */
  readonly unit?: string
}
