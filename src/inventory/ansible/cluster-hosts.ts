import { InputError } from '../../shared/errors.ts'
import { sourceText } from '../../shared/source.ts'
import type { Tree } from '../tree.ts'
import { selectHosts } from '../select.ts'
import type { AnsibleInventory } from './model.ts'
import { type Winner, groupsOf, variablesOf } from './precedence.ts'
import type { Project } from './project.ts'
import { rules } from './rules.ts'

const marks = rules.filter(({ path: [section] }) => section === 'patroni' || section === 'keepalived')

/** The hosts that form the cluster: those that `limit` names, else those that have variables of Patroni, else all. */
export function clusterHosts(project: Project, limit: readonly string[] | undefined): readonly string[] {
  const { inventory } = project
  const all = [...inventory.hosts.keys()]
  if (limit !== undefined) {
    const hosts = all.map((name) => ({ name, groups: [], vars: undefined, sourceOf: () => undefined }))
    return selectHosts({ file: '', hosts, absent: [], groups: hostsOfGroups(inventory) }, limit).map(
      ({ name }) => name,
    )
  }
  const marked = all.filter((host) => {
    const vars = variablesOf(project, host)
    return marks.some(({ variables }) => variables.some((name) => isGiven(vars.get(name))))
  })
  return marked.length > 0 ? marked : all
}

function isGiven(winner: Winner | undefined): boolean {
  return winner !== undefined && winner.layer.isDefault !== true && winner.layer.isOfRole !== true
}

/** pgha's inventory is about one cluster. */
export function refuseSeveralClusters(project: Project, hosts: readonly string[]): void {
  const scopes = new Map<string, { readonly hosts: string[]; readonly value: Tree }>()
  for (const host of hosts) {
    const vars = variablesOf(project, host)
    const value = (vars.get('patroni_scope') ?? vars.get('patroni_cluster_name'))?.value
    if (value?.kind !== 'scalar' || String(value.value).includes('{{')) continue
    const known = scopes.get(String(value.value))
    if (known === undefined) scopes.set(String(value.value), { hosts: [host], value })
    else known.hosts.push(host)
  }
  if (scopes.size < 2) return
  const list = [...scopes].map(
    ([scope, found]) => `${scope} (${found.hosts.join(', ')}; ${sourceText(found.value.source)})`,
  )
  const message = `there are ${scopes.size} clusters: ${list.join(', ')}`
  throw new InputError([{ message, hint: 'import one at a time, with --limit GROUP and --out DIR' }])
}

function hostsOfGroups(inventory: AnsibleInventory): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>()
  for (const host of inventory.hosts.keys()) {
    for (const { name } of groupsOf(inventory, host)) members.set(name, [...(members.get(name) ?? []), host])
  }
  return members
}
