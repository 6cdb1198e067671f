import type { Tree } from '../tree.ts'

export type Vars = ReadonlyMap<string, Tree>

/** A group as the files define it. */
export interface AnsibleGroup {
  readonly name: string
  readonly vars: Vars
  /** Hosts of its own, without those of its children. */
  readonly hosts: ReadonlySet<string>
  readonly children: ReadonlySet<string>
  /** `ansible_group_priority`: of two groups of one depth, the higher one wins. */
  readonly priority: number
}

/** An Ansible inventory, before anything is merged. Always has the group `all`. */
export interface AnsibleInventory {
  readonly groups: ReadonlyMap<string, AnsibleGroup>
  /** Variables that stand in the inventory itself, by host. */
  readonly hosts: ReadonlyMap<string, Vars>
}

interface GroupDraft {
  readonly name: string
  readonly vars: Map<string, Tree>
  readonly hosts: Set<string>
  readonly children: Set<string>
  priority: number
}

/** An inventory that is being read, file after file. */
export interface InventoryDraft {
  readonly groups: Map<string, GroupDraft>
  readonly hosts: Map<string, Map<string, Tree>>
}

export function newDraft(): InventoryDraft {
  const draft = { groups: new Map<string, GroupDraft>(), hosts: new Map<string, Map<string, Tree>>() }
  addGroup(draft, 'all')
  return draft
}

/** The group of that name, made if it is new. */
export function addGroup(draft: InventoryDraft, name: string): GroupDraft {
  const known = draft.groups.get(name)
  if (known !== undefined) return known
  const group = {
    name,
    vars: new Map<string, Tree>(),
    hosts: new Set<string>(),
    children: new Set<string>(),
    priority: 1,
  }
  draft.groups.set(name, group)
  return group
}

/** Adds a host to a group; its variables replace what is known under their names. */
export function addHost(draft: InventoryDraft, group: string, host: string, vars: Vars = new Map()): void {
  addGroup(draft, group).hosts.add(host)
  const known = draft.hosts.get(host) ?? new Map<string, Tree>()
  for (const [name, value] of vars) known.set(name, value)
  draft.hosts.set(host, known)
}

export function setGroupVar(draft: InventoryDraft, group: string, name: string, value: Tree): void {
  const known = addGroup(draft, group)
  const priority = value.kind === 'scalar' ? Number(value.value) : NaN
  if (name === 'ansible_group_priority' && Number.isInteger(priority)) known.priority = priority
  else known.vars.set(name, value)
}

/** The finished inventory; `all` holds the groups that no other group holds. */
export function finished(draft: InventoryDraft): AnsibleInventory {
  const held = new Set([...draft.groups.values()].flatMap(({ children }) => [...children]))
  const all = addGroup(draft, 'all')
  for (const name of draft.groups.keys()) {
    if (name !== 'all' && !held.has(name)) all.children.add(name)
  }
  return draft
}
