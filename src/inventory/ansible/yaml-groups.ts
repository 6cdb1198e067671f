import type { Source } from '../../shared/source.ts'
import { type MapNode, type Tree, isEmpty, kindOf, mapNode } from '../tree.ts'
import { expandHostPattern } from './host-pattern.ts'
import { type InventoryDraft, addGroup, addHost, setGroupVar } from './model.ts'
import { treeAt } from './plain.ts'
import type { AnsibleReading } from './reading.ts'

/** Reads an inventory in YAML into the draft: groups with `hosts`, `vars` and `children`. */
export function readYamlGroups(reading: AnsibleReading, draft: InventoryDraft, root: MapNode): void {
  const plugin = root.entries.get('plugin')
  if (plugin !== undefined) {
    const hint = 'ansible-inventory -i FILE --list > hosts.json prints what it stands for; import that'
    complain(reading, plugin.key, 'the configuration of an inventory plugin, not an inventory', hint)
    return
  }
  for (const [name, { value }] of root.entries) readGroup(reading, draft, name, value)
}

function readGroup(reading: AnsibleReading, draft: InventoryDraft, name: string, value: Tree): void {
  const map = asSection(reading, value)
  if (map === undefined) return
  addGroup(draft, name)
  for (const [key, entry] of map.entries) {
    if (key === 'vars') readVars(reading, draft, name, entry.value)
    else if (key === 'children') readChildren(reading, draft, name, entry.value)
    else if (key === 'hosts') readHosts(reading, draft, name, entry.value)
    else reading.notes.push({ message: 'passed over, as Ansible does', source: entry.key, path: key })
  }
}

function readVars(reading: AnsibleReading, draft: InventoryDraft, group: string, value: Tree): void {
  for (const [name, entry] of asSection(reading, value)?.entries ?? []) {
    setGroupVar(draft, group, name, entry.value)
  }
}

function readChildren(reading: AnsibleReading, draft: InventoryDraft, group: string, value: Tree): void {
  for (const [name, entry] of asSection(reading, value)?.entries ?? []) {
    readGroup(reading, draft, name, entry.value)
    addGroup(draft, group).children.add(name)
  }
}

function readHosts(reading: AnsibleReading, draft: InventoryDraft, group: string, value: Tree): void {
  for (const [pattern, entry] of asSection(reading, value)?.entries ?? []) {
    const expanded = expandHostPattern(pattern)
    if (!expanded.ok) {
      complain(reading, entry.key, expanded.message)
      continue
    }
    const vars = new Map<string, Tree>()
    if (expanded.port !== undefined) vars.set('ansible_port', treeAt(expanded.port, entry.key))
    for (const [name, one] of asSection(reading, entry.value)?.entries ?? []) vars.set(name, one.value)
    for (const host of expanded.hosts) addHost(draft, group, host, vars)
  }
}

// Instead of a section Ansible takes one name, too.
function asSection(reading: AnsibleReading, value: Tree): MapNode | undefined {
  if (value.kind === 'map') return value
  if (isEmpty(value)) return mapNode(value.source)
  if (value.kind === 'scalar' && typeof value.value === 'string') {
    const nothing: Tree = { kind: 'scalar', source: value.source, value: null }
    return mapNode(value.source, [[value.value, { key: value.source, value: nothing }]])
  }
  complain(reading, value.source, `expected a section of keys, not ${kindOf(value)}`)
  return undefined
}

function complain(reading: AnsibleReading, source: Source, message: string, hint?: string): void {
  reading.problems.push(hint === undefined ? { message, source } : { message, source, hint })
}
