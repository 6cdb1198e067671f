import type { Plain } from './plain.ts'
import type { HostSettings } from './host-settings.ts'
import type { AnsibleInventory } from './model.ts'
import { groupsOf } from './precedence.ts'
import { type Placed, type Setting, dotted } from './translation.ts'

/**
 * Settings where they stood in Ansible: for everyone, for a group or for a host. pgha lays its layers over each other a
 * little otherwise; where that would give a host another value, the host gets its own.
 */
export function placeSettings(
  inventory: AnsibleInventory,
  hosts: ReadonlyMap<string, HostSettings>,
): readonly Placed<Setting>[] {
  const shared = sharedSettings(inventory, hosts)
  const own = [...hosts].flatMap(([host, { settings }]) => {
    const inherited = inheritedBy(inventory, shared, host)
    return [...settings]
      .filter(([path, { item }]) => textOf(inherited.get(path)) !== textOf(item))
      .map(([, { item }]) => ({ place: { kind: 'host' as const, name: host }, item }))
  })
  return [...shared.values(), ...own]
}

/** What all hosts that have it from a layer have alike. */
function sharedSettings(
  inventory: AnsibleInventory,
  hosts: ReadonlyMap<string, HostSettings>,
): ReadonlyMap<string, Placed<Setting>> {
  const shared = new Map<string, Placed<Setting>>()
  const torn = new Set<string>()
  for (const { settings } of hosts.values()) {
    for (const [path, placed] of settings) {
      if (placed.place.kind === 'host') continue
      const key = `${placed.place.kind} ${placed.place.name} ${path}`
      const known = shared.get(key)
      if (known === undefined) shared.set(key, placed)
      else if (textOf(known.item) !== textOf(placed.item)) torn.add(key)
    }
  }
  const fits = ([key, placed]: readonly [string, Placed<Setting>]): boolean =>
    !torn.has(key) && !reachesOthers(inventory, hosts, placed)
  return new Map([...shared].filter(fits))
}

// What only some hosts of a group have cannot be said to all of it: pgha has no way to take it back.
function reachesOthers(
  inventory: AnsibleInventory,
  hosts: ReadonlyMap<string, HostSettings>,
  { place, item }: Placed<Setting>,
): boolean {
  return [...hosts].some(([host, { settings }]) => {
    const isBelow = place.kind === 'all' || groupsOf(inventory, host).some(({ name }) => name === place.name)
    return isBelow && !settings.has(dotted(item.path))
  })
}

function inheritedBy(
  inventory: AnsibleInventory,
  shared: ReadonlyMap<string, Placed<Setting>>,
  host: string,
): ReadonlyMap<string, Setting> {
  const inherited = new Map<string, Setting>()
  const layers = ['all all', ...groupsOf(inventory, host).map(({ name }) => `group ${name}`)]
  for (const layer of layers) {
    for (const { place, item } of shared.values()) {
      if (`${place.kind} ${place.name}` === layer) inherited.set(dotted(item.path), item)
    }
  }
  return inherited
}

function textOf(setting: Setting | undefined): string | undefined {
  if (setting === undefined) return undefined
  return setting.environment ?? valueText(setting.value)
}

function valueText(value: Plain): string {
  return `=${JSON.stringify(value)}`
}
