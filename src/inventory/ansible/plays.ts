import { dirname, join, resolve } from 'node:path'
import type { MapNode, Tree } from '../tree.ts'
import { readLoosely, yamlFilesIn } from './loose-yaml.ts'
import type { AnsibleInventory, Vars } from './model.ts'
import type { AnsibleReading } from './reading.ts'
import { isFile } from './sources.ts'
import { noteTasks } from './tasks.ts'

/** Variables that a play sets for the hosts that it names. */
export interface PlayVars {
  readonly kind: 'all' | 'group' | 'host'
  readonly name: string
  readonly vars: Vars
}

/** Variables of the playbooks in these folders (`vars:`, `vars_files:`); what is not read of them is a note. */
export function readPlays(
  reading: AnsibleReading,
  folders: readonly string[],
  inventory: AnsibleInventory,
): readonly PlayVars[] {
  const places = folders.flatMap((folder) => [folder, join(folder, 'playbooks')])
  return places
    .flatMap((place) => yamlFilesIn(reading, place))
    .flatMap((path) => playsIn(reading, path).flatMap((play) => playVars(reading, path, play, inventory)))
}

/** None, when the file is no playbook: an inventory, or a list of something else. */
function playsIn(reading: AnsibleReading, path: string): readonly MapNode[] {
  const tree = readLoosely(reading, path)
  if (tree?.kind !== 'list') return []
  return tree.items.filter((item) => item.kind === 'map').filter(({ entries }) => entries.has('hosts'))
}

function playVars(
  reading: AnsibleReading,
  path: string,
  play: MapNode,
  inventory: AnsibleInventory,
): readonly PlayVars[] {
  for (const part of ['pre_tasks', 'tasks', 'post_tasks', 'handlers']) noteTasks(reading, childOf(play, part))
  const prompt = childOf(play, 'vars_prompt')
  if (prompt !== undefined)
    reading.notes.push({ message: 'vars_prompt of a play: not read', source: prompt.source })
  // A layer for each, so that what stands behind another is known.
  const layers = [childOf(play, 'vars'), ...filesOf(reading, path, play)].map(varsOf).filter(isFull)
  if (layers.length === 0) return []
  const owner = ownerOf(childOf(play, 'hosts'), inventory)
  if (owner !== undefined) return layers.map((vars) => ({ ...owner, vars: new Map(vars) }))
  const names = layers
    .flat()
    .map(([name]) => name)
    .join(', ')
  const message = `variables of a play for hosts that pgha does not make out: not read (${names})`
  reading.notes.push({ message, source: play.source })
  return []
}

function isFull(vars: readonly unknown[]): boolean {
  return vars.length > 0
}

function ownerOf(
  hosts: Tree | undefined,
  { groups, hosts: known }: AnsibleInventory,
): Pick<PlayVars, 'kind' | 'name'> | undefined {
  const only = hosts?.kind === 'list' && hosts.items.length === 1 ? hosts.items[0] : hosts
  const name = only?.kind === 'scalar' ? String(only.value) : ''
  if (name === 'all') return { kind: 'all', name }
  if (groups.has(name)) return { kind: 'group', name }
  return known.has(name) ? { kind: 'host', name } : undefined
}

/** Trees of `vars_files:`, those that are there under the name that is written. */
function filesOf(reading: AnsibleReading, path: string, play: MapNode): readonly Tree[] {
  const listed = childOf(play, 'vars_files')
  const items = listed?.kind === 'list' ? listed.items : listed === undefined ? [] : [listed]
  return items.flatMap((item) => {
    const file = item.kind === 'scalar' ? resolve(dirname(path), String(item.value)) : undefined
    const tree = file !== undefined && isFile(file) ? readLoosely(reading, file) : undefined
    if (tree !== undefined) return [tree]
    reading.notes.push({
      message: 'a file of vars_files that pgha does not find: not read',
      source: item.source,
    })
    return []
  })
}

function varsOf(tree: Tree | undefined): readonly (readonly [string, Tree])[] {
  if (tree?.kind === 'list') return tree.items.flatMap(varsOf)
  if (tree?.kind !== 'map') return []
  return [...tree.entries].map(([name, { value }]) => [name, value] as const)
}

function childOf(map: MapNode, key: string): Tree | undefined {
  return map.entries.get(key)?.value
}
