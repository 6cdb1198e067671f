import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { reasonOf } from '../read-text.ts'
import { shownPath } from '../reading.ts'
import { type AnsibleConfig, readConfig } from './config.ts'
import type { AnsibleReading } from './reading.ts'

/** Where the parts of an Ansible project lie. */
export interface Sources {
  /** Files of the inventory, in the order in which they are read. */
  readonly inventories: readonly string[]
  /** Folders in which group_vars/ and host_vars/ may lie, weakest first. */
  readonly folders: readonly string[]
  readonly config: AnsibleConfig
}

/** Finds the inventory at a path: a file, a folder of inventory files, or a project with one inventory in it. */
export function findSources(reading: AnsibleReading, path: string): Sources | undefined {
  if (isFile(path)) return sourcesAt([path], [dirname(path)], readConfig(reading, dirname(path)))
  if (!isFolder(path)) {
    complain(reading, path, 'there is no such file or folder')
    return undefined
  }
  const config = readConfig(reading, path)
  const found = config.inventory.length > 0 ? config.inventory : usualNames(path)
  if (found.length === 0) {
    const inside = inventoriesIn(path)
    const isInventory = inside.length > 0 && (hasVars(path) || !isProject(path))
    if (isInventory) return sourcesAt(inside, [path], config)
    complain(
      reading,
      path,
      'there is no inventory in this folder',
      `name the file itself; looked for ${usual.join(', ')}`,
    )
    return undefined
  }
  if (found.length > 1 && config.inventory.length === 0) {
    complain(
      reading,
      path,
      `there are several inventories: ${found.map((one) => basename(one)).join(', ')}`,
      'name one of them',
    )
    return undefined
  }
  const files = found.flatMap((one) => (isFolder(one) ? inventoriesIn(one) : [one]))
  const folders = found.map((one) => (isFolder(one) ? one : dirname(one)))
  return sourcesAt(files, [...folders, path], config)
}

function sourcesAt(
  inventories: readonly string[],
  folders: readonly string[],
  config: AnsibleConfig,
): Sources {
  const distinct = new Map(folders.map((folder) => [resolve(folder), folder]))
  return { inventories, folders: [...distinct.values()], config }
}

const usual = [
  'hosts',
  'inventory',
  ...['hosts', 'inventory'].flatMap((name) => [`${name}.ini`, `${name}.yml`, `${name}.yaml`, `${name}.json`]),
]

function usualNames(folder: string): readonly string[] {
  return usual.map((name) => join(folder, name)).filter((path) => isFile(path) || isFolder(path))
}

// What Ansible passes over in a folder of inventories (INVENTORY_IGNORE_EXTS), but for .ini.
const ignored: ReadonlySet<string> = new Set([
  '.pyc',
  '.pyo',
  '.swp',
  '.bak',
  '.rpm',
  '.md',
  '.txt',
  '.rst',
  '.orig',
  '.cfg',
  '.retry',
])

function inventoriesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && !name.endsWith('~') && !ignored.has(extname(name)))
    .sort()
    .map((name) => join(folder, name))
    .filter(isFile)
}

function hasVars(folder: string): boolean {
  return ['group_vars', 'host_vars'].some((name) => isFolder(join(folder, name)))
}

// Playbooks are YAML files, too.
function isProject(folder: string): boolean {
  return ['roles', 'playbooks', 'tasks', 'templates', 'ansible.cfg', 'inventories'].some(
    (name) => isFile(join(folder, name)) || isFolder(join(folder, name)),
  )
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Names in a folder, sorted, without hidden ones; a folder that is not there has none. */
export function namesIn(reading: AnsibleReading, folder: string): readonly string[] {
  if (!isFolder(folder)) return []
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort()
  } catch (error) {
    complain(reading, folder, reasonOf(error))
    return []
  }
}

function complain(reading: AnsibleReading, path: string, message: string, hint?: string): void {
  const source = { file: shownPath(path), line: 1, column: 1 }
  reading.problems.push(hint === undefined ? { message, source } : { message, source, hint })
}
