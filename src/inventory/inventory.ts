import type { Source } from '../shared/source.ts'
import type { Path } from './tree.ts'

/** A node of the site with its variables, all layers merged and checked. */
export interface Host<V> {
  readonly name: string
  /** Outermost first. */
  readonly groups: readonly string[]
  readonly vars: V
  /** Position of the value that won the merge; of its nearest existing parent when it is a default. */
  sourceOf(path: Path): Source | undefined
}

/** The site as the operator wrote it. */
export interface Inventory<V> {
  /** As the operator would type it. */
  readonly file: string
  /** In the order of the file. */
  readonly hosts: readonly Host<V>[]
  /** Hosts that are to leave the cluster, or have left it. */
  readonly absent: readonly Host<V>[]
  /** Names of the hosts of each group, those of its children included. */
  readonly groups: ReadonlyMap<string, readonly string[]>
}
