import type { RunOptions } from './options.ts'
import { openSite } from './site.ts'

/** What a valid inventory holds. */
export interface Valid {
  readonly file: string
  readonly hosts: readonly string[]
}

/** Checks the inventory and the selection without contacting anything. */
export function validate(options: RunOptions): Valid {
  const { inventory, selected } = openSite(options)
  return { file: inventory.file, hosts: selected.map(({ name }) => name) }
}
