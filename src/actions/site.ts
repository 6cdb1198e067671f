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
  const selected = selectHosts(inventory, options.limit)
  tellOfLimit(inventory.hosts, selected, options)
  return {
    inventory,
    hosts: inventory.hosts,
    selected,
    folder: dirname(resolve(options.inventory)),
  }
}

function tellOfLimit(hosts: readonly SiteHost[], selected: readonly SiteHost[], { emit }: RunOptions): void {
  const others = hosts.filter((host) => !selected.includes(host)).map(({ name }) => name)
  if (others.length === 0) return
  const names = selected.map(({ name }) => name).join(', ')
  const text = `limited to ${names}: ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} not contacted; the state of the cluster is read through ${names}`
  emit({ kind: 'note', text })
}

function warningEvent(text: string): Event {
  return { kind: 'warning', text }
}
