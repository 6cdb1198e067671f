import { type MapNode, type Tree, kindOf } from '../tree.ts'
import { type InventoryDraft, addGroup, addHost, setGroupVar } from './model.ts'
import type { AnsibleReading } from './reading.ts'

/** Whether this is what a program prints for Ansible: `_meta`, or a group that is or has a list; pgha's own has `groups`. */
export function isListOutput(root: MapNode): boolean {
  if (root.entries.has('_meta')) return true
  if (root.entries.has('groups')) return false
  return [...root.entries.values()].some(
    ({ value }) =>
      value.kind === 'list' ||
      (value.kind === 'map' &&
        ['hosts', 'children'].some((key) => value.entries.get(key)?.value.kind === 'list')),
  )
}

/** Reads the output of `--list` into the draft. Programs without `_meta` would have to be asked host by host: they are refused. */
export function readListOutput(reading: AnsibleReading, draft: InventoryDraft, root: MapNode): void {
  const hostVars = mapAt(root.entries.get('_meta')?.value, 'hostvars')
  if (hostVars === undefined) {
    const hint = 'pgha does not ask a program for each host with --host'
    reading.problems.push({ message: 'there is no _meta.hostvars', source: root.source, hint })
  }
  for (const [name, { value }] of root.entries) {
    if (name !== '_meta') readGroup(reading, draft, name, value)
  }
  for (const [host, { value }] of hostVars?.entries ?? []) {
    if (draft.hosts.has(host)) addVars(reading, draft, host, value)
  }
  for (const [host, { key }] of hostVars?.entries ?? []) {
    if (draft.hosts.has(host)) continue
    reading.notes.push({ message: 'has variables, but stands in no group', source: key, path: host })
  }
}

function readGroup(reading: AnsibleReading, draft: InventoryDraft, name: string, value: Tree): void {
  addGroup(draft, name)
  if (value.kind === 'list') {
    addHosts(reading, draft, name, value)
  } else if (value.kind !== 'map') {
    reading.problems.push({
      message: `expected hosts, vars and children, not ${kindOf(value)}`,
      source: value.source,
      path: name,
    })
  } else if (['hosts', 'vars', 'children'].some((key) => value.entries.has(key))) {
    addHosts(reading, draft, name, value.entries.get('hosts')?.value)
    for (const child of names(reading, value.entries.get('children')?.value)) {
      addGroup(draft, name).children.add(child)
      addGroup(draft, child)
    }
    for (const [key, entry] of mapAt(value, 'vars')?.entries ?? []) setGroupVar(draft, name, key, entry.value)
  } else {
    // The oldest form: a host and its variables.
    addHost(draft, name, name)
    addVars(reading, draft, name, value)
  }
}

function addHosts(
  reading: AnsibleReading,
  draft: InventoryDraft,
  group: string,
  value: Tree | undefined,
): void {
  for (const host of names(reading, value)) addHost(draft, group, host)
}

function addVars(reading: AnsibleReading, draft: InventoryDraft, host: string, value: Tree): void {
  const known = draft.hosts.get(host)
  if (known === undefined) return
  if (value.kind !== 'map') {
    reading.problems.push({
      message: `expected variables, not ${kindOf(value)}`,
      source: value.source,
      path: host,
    })
    return
  }
  for (const [name, entry] of value.entries) known.set(name, entry.value)
}

function names(reading: AnsibleReading, value: Tree | undefined): readonly string[] {
  if (value === undefined) return []
  const items = value.kind === 'list' ? value.items : [value]
  return items.flatMap((item) => {
    if (item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '') return [item.value]
    reading.problems.push({ message: 'expected a list of names', source: item.source })
    return []
  })
}

function mapAt(value: Tree | undefined, key: string): MapNode | undefined {
  const found = value?.kind === 'map' ? value.entries.get(key)?.value : undefined
  return found?.kind === 'map' ? found : undefined
}
