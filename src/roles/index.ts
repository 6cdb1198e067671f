import type { Resource } from '../engine/resource.ts'
import { absentRole } from './absent/leaving.ts'
import { alerts } from './alerts/role.ts'
import { consul } from './consul/role.ts'
import { essentials } from './essentials/role.ts'
import { etcd } from './etcd/role.ts'
import { haproxy } from './haproxy/role.ts'
import { hostname } from './hostname/role.ts'
import { keepalived } from './keepalived/role.ts'
import { ntp } from './ntp/role.ts'
import { patroni } from './patroni/role.ts'
import { postgres } from './postgres/role.ts'
import { repositories } from './repositories/role.ts'
import { type Role, type RoleContext, resourcesOf, tagsOf } from './role.ts'
import type { SiteVars } from './site.ts'
import { sshd } from './sshd/role.ts'
import { vmTools } from './vm-tools/role.ts'
import { zabbixAgent } from './zabbix-agent/role.ts'

/** All roles, in the order in which a node is built. */
export const roles: readonly Role[] = [
  repositories,
  hostname,
  essentials,
  vmTools,
  ntp,
  sshd,
  consul,
  etcd,
  postgres,
  patroni,
  haproxy,
  alerts,
  keepalived,
  zabbixAgent,
]

/** All that a host should be: the resources of its roles, each once, however many roles want it. */
export function wantedOn(context: RoleContext): readonly Resource[] {
  const wanted = roles
    .filter((role) => isOn(role, context.host.vars))
    .flatMap((role) => resourcesOf(role, context))
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

function isOn({ name, section, optional }: Role, vars: SiteVars): boolean {
  if (optional === true) return vars[section] !== undefined
  // A DCS that exists already is not built.
  if ((name === 'consul' || name === 'etcd') && vars[name].external !== undefined) return false
  return name === 'repositories' || vars.roles.some((listed) => listed === name)
}

/** Every tag that selects something. */
export function allTags(): readonly string[] {
  return [...new Set([...roles.flatMap(tagsOf), absentRole])].sort()
}
