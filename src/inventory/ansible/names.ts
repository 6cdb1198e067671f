import type { AnsibleInventory } from './model.ts'

/** Names as pgha allows them, by the names in Ansible. */
export interface Names {
  readonly hosts: ReadonlyMap<string, string>
  readonly groups: ReadonlyMap<string, string>
  /** For hosts that stand in no group, which pgha does not have. */
  readonly looseGroup: string
}

/** Lower-case letters, digits, dots and hyphens for hosts; `_` for groups, too; each name once, and none for both. */
export function pghaNames({ hosts, groups }: AnsibleInventory): Names {
  const taken = new Set<string>(['all'])
  const named = (names: Iterable<string>, change: (name: string) => string) =>
    new Map([...names].map((name) => [name, free(change(name), taken)] as const))
  const hostNames = named(hosts.keys(), hostName)
  const groupNames = named(
    [...groups.keys()].filter((name) => name !== 'all'),
    groupName,
  )
  return { hosts: hostNames, groups: groupNames, looseGroup: free('nodes', taken) }
}

function hostName(name: string): string {
  return trimmed(name.toLowerCase().replace(/[^a-z0-9.-]+/g, '-'), 'host')
}

function groupName(name: string): string {
  return trimmed(name.toLowerCase().replace(/[^a-z0-9_-]+/g, '_'), 'group')
}

function trimmed(name: string, otherwise: string): string {
  const ends = name.slice(0, 63).replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
  return ends === '' ? otherwise : ends
}

function free(name: string, taken: Set<string>): string {
  let found = name
  for (let count = 2; taken.has(found); count++) found = `${name.slice(0, 58)}-${count}`
  taken.add(found)
  return found
}
