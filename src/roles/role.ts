import type { Resource } from '../engine/resource.ts'
import type { Facts } from '../facts/gather.ts'
import type { Family } from '../resources/package/package.ts'
import type { SiteHost, SiteVars } from './site.ts'

/** All that a role may know when it says what it wants on a host. */
export interface RoleContext {
  readonly host: SiteHost
  /** All hosts of the cluster, in the order of the inventory, whatever `--limit` says. */
  readonly hosts: readonly SiteHost[]
  readonly facts: Facts
  readonly family: Family
  /** One host per run keeps what belongs to the cluster and not to a node, such as the settings in the DCS. */
  readonly speaksForCluster: boolean
  /** Text of a file of the operator; relative to the folder of the inventory. */
  readonly readFile: (path: string) => string
  /** The files of a folder of the operator. */
  readonly readFolder: (path: string) => readonly { readonly name: string; readonly content: Buffer }[]
  readonly render: (template: string, context: Readonly<Record<string, unknown>>) => string
}

/** One component of the cluster: what it wants on a host, as a list. */
export interface Role {
  readonly name: string
  /** Further tags that select it, as in the article's playbooks. */
  readonly tags: readonly string[]
  /** Tags that only some of its resources have, by `tagged`. */
  readonly partTags?: readonly string[]
  /** The section of the inventory that it is set by; where its resources point when something fails. */
  readonly section: keyof SiteVars
  /** On wherever its section is written. The others are on where `roles` lists them. */
  readonly optional?: true
  readonly resources: (context: RoleContext) => readonly Resource[]
}

/** Every tag that selects something of a role. */
export function tagsOf({ name, tags, partTags = [] }: Role): readonly string[] {
  return [name, ...tags, ...partTags]
}

/** The resources of a role, tagged with its name and tags, and pointing at its section of the inventory. */
export function resourcesOf(role: Role, context: RoleContext): readonly Resource[] {
  const source = context.host.sourceOf([role.section])
  const tags = [role.name, ...role.tags]
  return role.resources(context).map((wanted) => ({
    ...wanted,
    tags: [...tags, ...wanted.tags],
    ...(source === undefined ? {} : { source }),
  }))
}
