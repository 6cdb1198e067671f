import type { Host } from '../../inventory/inventory.ts'
import { pathText } from '../../inventory/path-text.ts'
import { type HostProblem, joinHosts } from '../../inventory/problems.ts'
import type { Path } from '../../inventory/tree.ts'
import type { Problem } from '../../shared/errors.ts'
import { sourceText } from '../../shared/source.ts'
import type { RoleName, SiteVars } from '../site.ts'

/** The variables of a node as far as they make sense: null for a section that the schema refused. */
type ReadableVars = { readonly [Section in keyof SiteVars]: SiteVars[Section] | null | undefined }

export type CheckedHost = Host<ReadableVars>

export interface CheckedSite {
  readonly hosts: readonly CheckedHost[]
}

/** What does not fit together on the site, or may be meant otherwise. */
export type Check = (site: CheckedSite) => readonly Problem[]

/** A complaint about one node; where it stands follows from the path. */
export interface Finding {
  readonly path: Path
  readonly message: string
  readonly hint?: string
}

export function finding(path: Path, message: string, hint?: string): Finding {
  return hint === undefined ? { path, message } : { path, message, hint }
}

/** What does not fit together on one node. */
export type HostCheck = (host: CheckedHost, site: CheckedSite) => readonly Finding[]

/** A check of each node on its own. What comes from one place, or from a default, is said once. */
export function onEachHost(check: HostCheck): Check {
  return (site) => {
    const problems = site.hosts.flatMap((host) => check(host, site).map((found) => problemOf(host, found)))
    return joinHosts(problems, site.hosts.length)
  }
}

function problemOf(host: CheckedHost, { path, message, hint }: Finding): HostProblem {
  const problem = { ...problemAt(host, path, message, hint), host: host.name }
  const { source } = problem
  return source === undefined || isGiven(host, path) ? problem : { ...problem, missingFrom: source }
}

/** A complaint about the value at a path, with its position. */
export function problemAt(host: CheckedHost, path: Path, message: string, hint?: string): Problem {
  const source = host.sourceOf(path)
  return {
    message,
    path: pathText(path),
    ...(source === undefined ? {} : { source }),
    ...(hint === undefined ? {} : { hint }),
  }
}

/** Whether the operator gave the value, so that it is no default. */
export function isGiven(host: CheckedHost, path: Path): boolean {
  return placeOf(host, path) !== placeOf(host, path.slice(0, -1))
}

/** `inventory.yaml:4:7`, of the value at a path or of its nearest parent. */
export function placeOf(host: CheckedHost, path: Path): string {
  const source = host.sourceOf(path)
  return source === undefined ? host.name : sourceText(source)
}

/** The first of the paths that the operator gave, else the first: where to complain about a sum of settings. */
export function firstGiven(host: CheckedHost, paths: readonly [Path, ...Path[]]): Path {
  return paths.find((path) => isGiven(host, path)) ?? paths[0]
}

/** Whether the role is built on the node. With an external DCS there is none to build. */
export function runs(host: CheckedHost, role: RoleName): boolean {
  const { roles } = host.vars
  if ((role === 'consul' || role === 'etcd') && host.vars[role]?.external !== undefined) return false
  return roles?.includes(role) ?? false
}

export function hostsWith(site: CheckedSite, role: RoleName): readonly CheckedHost[] {
  return site.hosts.filter((host) => runs(host, role))
}

/** Whether the schema refused this section of any node, so that counting nodes would mislead. */
export function isUnreadable(site: CheckedSite, ...sections: readonly (keyof SiteVars)[]): boolean {
  return site.hosts.some(({ vars }) => sections.some((section) => vars[section] === null))
}
