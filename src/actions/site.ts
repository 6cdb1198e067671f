import { dirname, resolve } from 'node:path'

import type { Event } from '../engine/events.ts'
import { selectHosts } from '../inventory/select.ts'
import { loadSite, type SiteHost, type SiteInventory } from '../roles/site.ts'
import { problemText } from '../shared/errors.ts'
import type { RunOptions } from './options.ts'
import { checkTags } from './selection.ts'

/** The inventory of this run, and which of its hosts may be changed. */
export interface RunSite {
  readonly inventory: SiteInventory
  readonly hosts: readonly SiteHost[]
  readonly selected: readonly SiteHost[]
  /** Folder that relative paths of the inventory start from. */
  readonly folder: string
}

/** Loads the inventory and checks all that can be checked without contacting anything. */
export function openSite(options: RunOptions): RunSite {
  checkTags(options)
  const { inventory, warnings } = loadSite({
    file: options.inventory,
    extraVars: options.extraVars,
    env: process.env,
  })
  for (const warning of warnings) options.emit(warningEvent(problemText(warning)))
  return {
    inventory,
    hosts: inventory.hosts,
    selected: selectHosts(inventory, options.limit),
    folder: dirname(resolve(options.inventory)),
  }
}

function warningEvent(text: string): Event {
  return { kind: 'warning', text }
}
