import type { Resource } from '../engine/resource.ts'
import { consul } from './consul/role.ts'
import { haproxy } from './haproxy/role.ts'
import { keepalived } from './keepalived/role.ts'
import { patroni } from './patroni/role.ts'
import { postgres } from './postgres/role.ts'
import { repositories } from './repositories/role.ts'
import { type Role, type RoleContext, resourcesOf } from './role.ts'

/** All roles, in the order in which a node is built. */
export const roles: readonly Role[] = [repositories, consul, postgres, patroni, haproxy, keepalived]

/** All that a host should be: the resources of its roles, each once, however many roles want it. */
export function wantedOn(context: RoleContext): readonly Resource[] {
  const own = new Set<string>(['repositories', ...context.host.vars.roles])
  const wanted = roles.filter((role) => own.has(role.name)).flatMap((role) => resourcesOf(role, context))
  const once = new Map<string, Resource>()
  for (const one of wanted) {
    const before = once.get(one.id)
    once.set(
      one.id,
      before === undefined ? one : { ...before, tags: [...new Set([...before.tags, ...one.tags])] },
    )
  }
  return [...once.values()]
}

/** Every tag that selects something. */
export function allTags(): readonly string[] {
  return [...new Set(roles.flatMap((role) => [role.name, ...role.tags]))].sort()
}
