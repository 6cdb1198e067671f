import type { Tree } from '../tree.ts'
import type { AnsibleGroup, AnsibleInventory, Vars } from './model.ts'
import type { PlayVars } from './plays.ts'
import type { Project } from './project.ts'

/** Where a variable was set: for everyone, for a group, or for one host. */
export interface Layer {
  readonly kind: 'all' | 'group' | 'host'
  /** Of the group or the host. */
  readonly name: string
  readonly vars: Vars
  /** Defaults of roles: of use to others, and not worth a word themselves. */
  readonly isDefault?: boolean
  /** A role has them for whoever it is run on: that says nothing of who belongs to the cluster. */
  readonly isOfRole?: boolean
}

/** A variable of a host as it holds after the merge, and the layer that set it. */
export interface Winner {
  readonly name: string
  readonly value: Tree
  readonly layer: Layer
}

/** The variables of a host, merged as Ansible does (VARIABLE_PRECEDENCE): the last layer that sets a name wins. */
export function variablesOf(project: Project, host: string): ReadonlyMap<string, Winner> {
  const winners = new Map<string, Winner>()
  for (const layer of layersOf(project, host)) {
    for (const [name, value] of layer.vars) winners.set(name, { name, value, layer })
  }
  return winners
}

/** All that sets variables of a host, weakest first. */
export function layersOf(project: Project, host: string): readonly Layer[] {
  const { inventory, groupFiles, hostFiles, plays, roleVars } = project
  const groups = groupsOf(inventory, host)
  const everyone = (vars: Vars | undefined): Layer => ({ kind: 'all', name: 'all', vars: vars ?? new Map() })
  const ofGroup = (name: string, vars: Vars | undefined): Layer => ({
    kind: 'group',
    name,
    vars: vars ?? new Map(),
  })
  const ofHost = (vars: Vars | undefined): Layer => ({ kind: 'host', name: host, vars: vars ?? new Map() })
  return [
    { ...everyone(project.defaults), isDefault: true },
    everyone(project.config),
    everyone(inventory.groups.get('all')?.vars),
    ...groups.map(({ name, vars }) => ofGroup(name, vars)),
    ...groupFiles.map((files) => everyone(files.get('all'))),
    ...groupFiles.flatMap((files) => groups.map(({ name }) => ofGroup(name, files.get(name)))),
    ofHost(inventory.hosts.get(host)),
    ...hostFiles.map((files) => ofHost(files.get(host))),
    ...plays.filter((play) => isAbout(play, host, groups)),
    { ...everyone(roleVars), isOfRole: true },
  ].filter(({ vars }) => vars.size > 0)
}

function isAbout({ kind, name }: PlayVars, host: string, groups: readonly AnsibleGroup[]): boolean {
  if (kind === 'all') return true
  return kind === 'host' ? name === host : groups.some((group) => group.name === name)
}

/** Groups that hold a host, directly or through children: by depth, priority and name. Without `all`. */
export function groupsOf(inventory: AnsibleInventory, host: string): readonly AnsibleGroup[] {
  return sortedGroups(inventory).filter(
    (group) => group.name !== 'all' && holds(inventory, group, host, new Set()),
  )
}

/** All groups in the order in which their variables are laid over each other. */
export function sortedGroups(inventory: AnsibleInventory): readonly AnsibleGroup[] {
  const depths = depthsOf(inventory)
  const depth = ({ name }: AnsibleGroup): number => depths.get(name) ?? 0
  return [...inventory.groups.values()].sort(
    (a, b) => depth(a) - depth(b) || a.priority - b.priority || (a.name < b.name ? -1 : 1),
  )
}

/** A group that contains itself, if there is one: Ansible refuses that. */
export function groupInItself(inventory: AnsibleInventory): string | undefined {
  const isInside = (group: AnsibleGroup, name: string, seen: Set<string>): boolean =>
    [...group.children].some((child) => {
      if (child === name) return true
      const next = inventory.groups.get(child)
      if (next === undefined || seen.has(child)) return false
      seen.add(child)
      return isInside(next, name, seen)
    })
  return [...inventory.groups.values()].find((group) => isInside(group, group.name, new Set()))?.name
}

function holds(inventory: AnsibleInventory, group: AnsibleGroup, host: string, seen: Set<string>): boolean {
  if (group.hosts.has(host)) return true
  if (seen.has(group.name)) return false
  seen.add(group.name)
  return [...group.children].some((child) => {
    const next = inventory.groups.get(child)
    return next !== undefined && holds(inventory, next, host, seen)
  })
}

function depthsOf({ groups }: AnsibleInventory): ReadonlyMap<string, number> {
  const depths = new Map<string, number>()
  // As many rounds as groups: enough for the deepest chain, and an end where groups contain each other.
  for (let round = 0; round < groups.size; round++) {
    const before = [...depths.values()].join()
    for (const group of groups.values()) {
      const below = (depths.get(group.name) ?? 0) + 1
      for (const child of group.children) depths.set(child, Math.max(depths.get(child) ?? 0, below))
    }
    if ([...depths.values()].join() === before) break
  }
  return depths
}
