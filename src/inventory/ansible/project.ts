import { extname, join } from 'node:path'
import { nameText } from '../path-text.ts'
import { shownPath } from '../reading.ts'
import type { MapNode } from '../tree.ts'
import { readIni } from './ini.ts'
import { type PlayVars, readPlays } from './plays.ts'
import { groupInItself } from './precedence.ts'
import { readListOutput } from './list-json.ts'
import { type AnsibleInventory, type InventoryDraft, type Vars, finished, newDraft } from './model.ts'
import {
  type AnsibleReading,
  type AnsibleText,
  newReading,
  parseAnsibleYaml,
  readAnsibleText,
} from './reading.ts'
import { type Sources, findSources } from './sources.ts'
import { noteTaskFiles } from './tasks.ts'
import { type VarsFiles, readRoleVars, readVarsFiles } from './vars-files.ts'
import { readYamlGroups } from './yaml-groups.ts'

/** All that is known of an Ansible project. */
export interface Project {
  readonly inventory: AnsibleInventory
  /** Of its roles; weaker than all else. */
  readonly defaults: Vars
  /** From ansible.cfg; weaker than what the inventory says. */
  readonly config: Vars
  /** Variables from files beside the inventory, one entry per folder, weakest first. */
  readonly groupFiles: readonly VarsFiles[]
  readonly hostFiles: readonly VarsFiles[]
  /** Of playbooks: stronger than what files say of hosts. */
  readonly plays: readonly PlayVars[]
  /** `vars/` of its roles; stronger than all else. */
  readonly roleVars: Vars
  readonly sources: Sources
}

/** Reads the inventory at a path with all its files of variables; undefined when there is none. */
export function readProject(reading: AnsibleReading, path: string): Project | undefined {
  const sources = findSources(reading, path)
  if (sources === undefined) return undefined
  const draft = newDraft()
  for (const file of sources.inventories) {
    const read = readAnsibleText(reading, file)
    if (read !== undefined) readInventory(reading, draft, read, extname(file))
  }
  const inventory = finished(draft)
  refuseLoops(reading, inventory, sources)
  const filesOf = (name: string, kind: 'group' | 'host', known: readonly string[]) =>
    sources.folders.map((folder) => readVarsFiles(reading, { folder: join(folder, name), kind, known }))
  const ofRoles = (part: 'defaults' | 'vars') =>
    new Map(sources.folders.flatMap((folder) => [...readRoleVars(reading, folder, part)]))
  noteTaskFiles(reading, sources.folders)
  return {
    inventory,
    defaults: ofRoles('defaults'),
    config: sources.config.vars,
    groupFiles: filesOf('group_vars', 'group', [...inventory.groups.keys()]),
    hostFiles: filesOf('host_vars', 'host', [...inventory.hosts.keys()]),
    plays: readPlays(reading, sources.folders, inventory),
    roleVars: ofRoles('vars'),
    sources,
  }
}

function refuseLoops(reading: AnsibleReading, inventory: AnsibleInventory, { inventories }: Sources): void {
  const group = groupInItself(inventory)
  const source = { file: shownPath(inventories[0] ?? ''), line: 1, column: 1 }
  if (group !== undefined)
    reading.problems.push({ message: `the group ${nameText(group)} contains itself`, source })
}

function readInventory(
  reading: AnsibleReading,
  draft: InventoryDraft,
  read: AnsibleText,
  extension: string,
): void {
  const isYaml = ['.yml', '.yaml', '.json'].includes(extension)
  const root = isYaml ? parseAnsibleYaml(reading, read) : mapIn(read, reading)
  if (root === undefined && !isYaml) readIni(reading, draft, read)
  else if (root?.kind === 'map') readMap(reading, draft, root)
  else if (root !== undefined)
    reading.problems.push({ message: 'expected groups with hosts', source: root.source })
}

// What ansible-inventory --list printed has _meta.
function readMap(reading: AnsibleReading, draft: InventoryDraft, root: MapNode): void {
  if (root.entries.has('_meta')) readListOutput(reading, draft, root)
  else readYamlGroups(reading, draft, root)
}

// Without an ending to tell, it is YAML if it reads as such: a section in brackets is no key.
function mapIn(read: AnsibleText, reading: AnsibleReading): MapNode | undefined {
  const trial = newReading(reading.passwords)
  const tree = parseAnsibleYaml(trial, read)
  if (tree?.kind !== 'map') return undefined
  reading.problems.push(...trial.problems)
  for (const text of trial.decrypted) reading.decrypted.add(text)
  return tree
}
