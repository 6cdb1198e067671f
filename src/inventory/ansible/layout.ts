import type { Problem } from '../../shared/errors.ts'
import type { Source } from '../../shared/source.ts'
import type { Group, Layout } from '../layout.ts'
import { mergeMaps, setPath } from '../merge.ts'
import { type Entry, type MapNode, mapNode } from '../tree.ts'
import { readListOutput } from './list-json.ts'
import { finished, newDraft } from './model.ts'
import { pghaNames } from './names.ts'
import { treeAt } from './plain.ts'
import type { Project } from './project.ts'
import { newReading } from './reading.ts'
import { translate } from './translate.ts'
import type { Place, Translation } from './translation.ts'

/** The output of an inventory program for Ansible as a layout of pgha's, and what is wrong with it. */
export interface ListLayout {
  readonly layout: Layout
  readonly problems: readonly Problem[]
}

export interface ListOptions {
  readonly knows: (path: readonly string[]) => boolean
  readonly env: NodeJS.ProcessEnv
}

/**
 * Translates what Ansible understands (`ansible_host`, `patroni_scope`, …); variables under the names of pgha's own
 * sections are taken as they are, and all others are passed over.
 */
export function listLayout(root: MapNode, { knows, env }: ListOptions): ListLayout {
  const reading = newReading([])
  const draft = newDraft()
  readListOutput(reading, draft, root)
  if (draft.hosts.size === 0)
    return { layout: { vars: undefined, groups: new Map(), absent: new Map() }, problems: reading.problems }
  const project = projectOf(finished(draft))
  const translation = translate(reading, project, {
    limit: ['all'],
    // A program has to print addresses; what is none is left for the schema to name.
    addresses: { get: (name) => (project.inventory.hosts.has(name) ? undefined : name) },
    from: '.',
    to: '.',
    templates: [],
    known: (path) => (knows(path) ? {} : undefined),
  })
  const sections = ownSections(project, knows)
  const varsAt = (place: Place, source: Source): MapNode =>
    mergeMaps(settingsAt(translation, place, source, env), sections(place) ?? mapNode(source))
  const places = hostPlaces(root, project)
  const groups = translation.groups.map(({ name, hosts, children }): [string, Group] => [
    name,
    {
      name,
      source: root.source,
      vars: varsAt({ kind: 'group', name }, root.source),
      absent: new Map<string, MapNode>(),
      hosts: new Map(
        hosts.map((host) => [host, varsAt({ kind: 'host', name: host }, places.get(host) ?? root.source)]),
      ),
      children: children.map((child) => ({ name: child, source: root.source })),
    },
  ])
  const layout = {
    vars: varsAt({ kind: 'all', name: 'all' }, root.source),
    groups: new Map(groups),
    absent: new Map(),
  }
  return { layout, problems: reading.problems }
}

function projectOf(inventory: Project['inventory']): Project {
  const sources = { inventories: [], folders: [], config: { inventory: [], vars: new Map<string, never>() } }
  const none = {
    defaults: new Map(),
    config: new Map(),
    groupFiles: [],
    hostFiles: [],
    plays: [],
    roleVars: new Map(),
  }
  return { inventory, ...none, sources }
}

function settingsAt(
  { settings }: Translation,
  { kind, name }: Place,
  otherwise: Source,
  env: NodeJS.ProcessEnv,
): MapNode {
  const here = settings.filter(({ place }) => place.kind === kind && place.name === name)
  return here.reduce((map, { item }) => {
    const source = item.source ?? otherwise
    const value = item.environment === undefined ? item.value : (env[item.environment] ?? null)
    return value === null
      ? map
      : setPath(withSection(map, item.path), item.path, treeAt(value, source), source)
  }, mapNode(otherwise))
}

// The section itself stands nowhere: only its values are given.
function withSection(map: MapNode, [section = '', ...inside]: readonly string[]): MapNode {
  if (inside.length === 0 || map.entries.has(section)) return map
  const entry = { key: map.source, value: mapNode(map.source) }
  return { ...map, entries: new Map(map.entries).set(section, entry) }
}

/** Where the variables of each host begin, by pgha's name. */
function hostPlaces(root: MapNode, { inventory }: Project): ReadonlyMap<string, Source> {
  const names = pghaNames(inventory).hosts
  const meta = root.entries.get('_meta')?.value
  const vars = meta?.kind === 'map' ? meta.entries.get('hostvars')?.value : undefined
  if (vars?.kind !== 'map') return new Map()
  return new Map([...vars.entries].map(([host, { key }]) => [names.get(host) ?? host, key]))
}

/** Variables named like sections of pgha, such as `keepalived: { priority: 101 }`, by the place they stand at. */
function ownSections(
  { inventory }: Project,
  knows: (path: readonly string[]) => boolean,
): (place: Place) => MapNode | undefined {
  const names = pghaNames(inventory)
  const found = new Map<string, MapNode>()
  const add = (key: string, vars: ReadonlyMap<string, Entry['value']>): void => {
    const own = [...vars].filter(([name]) => knows([name]))
    const [first] = own
    if (first === undefined) return
    const entries = own.map(([name, value]) => [name, { key: value.source, value }] as const)
    found.set(key, mapNode(first[1].source, entries))
  }
  for (const [name, { vars }] of inventory.groups) {
    add(name === 'all' ? 'all all' : `group ${names.groups.get(name) ?? name}`, vars)
  }
  for (const [name, vars] of inventory.hosts) add(`host ${names.hosts.get(name) ?? name}`, vars)
  return ({ kind, name }) => found.get(`${kind} ${name}`)
}
