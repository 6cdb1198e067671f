import type { Resource } from '../engine/resource.ts'
import { allTags, roles } from '../roles/index.ts'
import { tagsOf } from '../roles/role.ts'
import type { RunOptions } from './options.ts'
import { closeAll, reachAll } from './reach.ts'
import { openSite } from './site.ts'
import { survey } from './survey.ts'

/** A tag, and the roles that it selects. */
export interface ListedTag {
  readonly tag: string
  readonly roles: readonly string[]
}

/** A host that the run would look at. */
export interface ListedHost {
  readonly name: string
  readonly address: string
  readonly groups: readonly string[]
  readonly roles: readonly string[]
}

/** A resource that the run would look at. */
export interface ListedResource {
  readonly host: string
  readonly resource: string
  readonly tags: readonly string[]
}

/** All tags, those of a part of a role too. Contacts nobody. */
export function listTags(options: RunOptions): readonly ListedTag[] {
  openSite(options, { contactsNobody: true })
  return allTags().map((tag) => ({
    tag,
    roles: roles.filter((role) => tagsOf(role).includes(tag)).map(({ name }) => name),
  }))
}

/** The hosts that `--limit` leaves. Contacts nobody. */
export function listHosts(options: RunOptions): readonly ListedHost[] {
  return openSite(options, { contactsNobody: true }).selected.map(({ name, groups, vars }) => ({
    name,
    groups,
    address: vars.address,
    roles: vars.roles,
  }))
}

/** The resources that tags and `--limit` leave. Reads what the nodes are, since that decides what they get; compares nothing. */
export async function listResources(options: RunOptions): Promise<readonly ListedResource[]> {
  const site = openSite(options)
  const reached = await reachAll(site, options, false)
  try {
    const nodes = await survey(site, reached, options)
    return nodes.flatMap(({ host, resources }) => resources.map((resource) => listed(host.name, resource)))
  } finally {
    await closeAll(reached)
  }
}

function listed(host: string, { id, tags }: Resource): ListedResource {
  return { host, resource: id, tags: [...new Set(tags)] }
}
