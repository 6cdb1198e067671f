import { dirname, resolve } from 'node:path'

import type { Event } from '../engine/events.ts'
import { selectHosts } from '../inventory/select.ts'
import { loadSite, type SiteHost, type SiteInventory } from '../roles/site.ts'
import { didYouMean } from '../inventory/did-you-mean.ts'
import { InputError, problemText } from '../shared/errors.ts'
import { refuseMissingFiles } from './local-files.ts'
import type { RunOptions } from './options.ts'
import { checkTags } from './selection.ts'

/** The inventory of this run, and which of its hosts may be changed. */
export interface RunSite {
  readonly inventory: SiteInventory
  readonly hosts: readonly SiteHost[]
  readonly selected: readonly SiteHost[]
  /** Hosts under `absent:` that this run may stop and remove. */
  readonly absent: readonly SiteHost[]
  /** Folder that relative paths of the inventory start from. */
  readonly folder: string
}

/** What a command is about; by default it builds. */
export interface SiteUse {
  /** The cluster is only looked at, whoever has built it. */
  readonly onlyLooks?: boolean
  /** No host is contacted either: no key is needed. */
  readonly contactsNobody?: boolean
}

/** Loads the inventory and checks all that can be checked without contacting anything. */
export function openSite(
  options: RunOptions,
  { onlyLooks = false, contactsNobody = false }: SiteUse = {},
): RunSite {
  checkTags(options)
  const { inventory, warnings } = loadSite({
    file: options.inventory,
    extraVars: options.extraVars,
    env: process.env,
    onlyLooks,
  })
  for (const warning of warnings) options.emit(warningEvent(problemText(warning)))
  const chosen = selectHosts(inventory, options.limit)
  const selected = inventory.hosts.filter((host) => chosen.includes(host))
  checkForced(inventory, options)
  checkSkipped(inventory, options)
  const absent = inventory.absent.filter((host) => chosen.includes(host))
  if (!contactsNobody)
    refuseMissingFiles({ hosts: selected, absent, onlyLooks, acceptNew: options.acceptNew })
  tellOfLimit(inventory.hosts, selected, options)
  return {
    inventory,
    hosts: inventory.hosts,
    selected,
    absent,
    folder: dirname(resolve(options.inventory)),
  }
}

function checkForced({ absent }: SiteInventory, { forceRemove = [] }: RunOptions): void {
  const known = absent.map(({ name }) => name)
  const problems = forceRemove.flatMap((name) => {
    if (known.includes(name)) return []
    const hint = didYouMean(name, known) ?? 'first move the host from hosts to absent'
    return [{ message: `--force-remove: no host ${name} stands under absent`, hint }]
  })
  if (problems.length > 0) throw new InputError(problems)
}

function checkSkipped({ hosts, absent }: SiteInventory, { skipUnreachable }: RunOptions): void {
  const known = [...hosts, ...absent].map(({ name }) => name)
  const problems = skipUnreachable.flatMap((name) => {
    if (known.includes(name)) return []
    const hint = didYouMean(name, known) ?? `hosts: ${known.join(', ')}`
    return [{ message: `--skip-unreachable: there is no host ${name}`, hint }]
  })
  if (problems.length > 0) throw new InputError(problems)
}

function tellOfLimit(hosts: readonly SiteHost[], selected: readonly SiteHost[], { emit }: RunOptions): void {
  const others = hosts.filter((host) => !selected.includes(host)).map(({ name }) => name)
  if (others.length === 0 || selected.length === 0) return
  const names = selected.map(({ name }) => name).join(', ')
  const text = `limited to ${names}: ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} not contacted; the state of the cluster is read through ${names}`
  emit({ kind: 'note', text })
}

function warningEvent(text: string): Event {
  return { kind: 'warning', text }
}
