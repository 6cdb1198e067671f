import type { Source } from '../shared/source.ts'
import type { Disruption } from './disruption.ts'
import { type Difference, type Resource, type Verb, type TextChange, roleOf } from './resource.ts'
import type { States } from './probe.ts'

/** One resource that differs on one host. */
export interface Change {
  readonly host: string
  readonly resource: string
  readonly kind: string
  readonly role: string
  readonly verb: Verb
  readonly summary: string
  readonly text?: TextChange
  /** What this change puts clients through. */
  readonly disruption: Disruption
  /** The provider that comes first and may alter what this change finds, e.g. `package haproxy`. */
  readonly after?: string
  readonly source?: Source
}

/** What apply will do, in the order in which it will do it on each host. */
export interface Plan {
  readonly changes: readonly Change[]
  readonly hosts: number
  /** Resources looked at, over all hosts. */
  readonly resources: number
  /** Restarts of PostgreSQL in the order in which they will happen, as the operator reads it; undefined without any. */
  readonly restartOrder?: string
  readonly unmanaged?: readonly Unmanaged[]
}

/** The differences of one host. Pure. */
export function planHost(host: string, resources: readonly Resource[], states: States): readonly Change[] {
  const changes: Change[] = []
  for (const wanted of inOrder(resources)) {
    const difference = differenceOf(wanted, states)
    if (difference === undefined) continue
    const provider = changes.find((change) => providers.has(change.kind) && change.role === roleOf(wanted))
    changes.push(changeOf(host, wanted, difference, provider?.resource))
  }
  return changes
}

/** What is on a host besides what is wanted there, by resource; it stays. */
export interface Unmanaged {
  readonly host: string
  readonly resource: string
  readonly what: readonly string[]
}

/** Lists what nobody named. Pure. */
export function unmanagedOn(
  host: string,
  resources: readonly Resource[],
  states: States,
): readonly Unmanaged[] {
  return resources.flatMap(({ id, type, want }) => {
    const what = type.unmanaged?.(want, states.get(id)) ?? []
    return what.length === 0 ? [] : [{ host, resource: id, what }]
  })
}

/** How a resource differs from what was found, or undefined. */
export function differenceOf(wanted: Resource, states: States): Difference | undefined {
  return wanted.type.diff(wanted.want, states.get(wanted.id))
}

/** The order of a run: what prepares, all packages, then role by role as listed. */
export function inOrder(resources: readonly Resource[]): readonly Resource[] {
  return phases.flatMap((phase) => resources.filter((wanted) => wanted.phase === phase))
}

const phases = ['prepare', 'packages', 'role'] as const

// What these bring (users, folders, default files, units) cannot be known before they are there.
const providers: ReadonlySet<string> = new Set(['repository', 'package', 'user', 'group'])

function changeOf(
  host: string,
  wanted: Resource,
  difference: Difference,
  provider: string | undefined,
): Change {
  const comesFirst = provider !== undefined && !providers.has(wanted.type.kind)
  return {
    host,
    resource: wanted.id,
    kind: wanted.type.kind,
    role: roleOf(wanted),
    ...difference,
    disruption: difference.disruption ?? disruptionOf(difference.verb),
    ...(comesFirst ? { after: provider } : {}),
    ...(wanted.source === undefined ? {} : { source: wanted.source }),
  }
}

function disruptionOf(verb: Verb): Disruption {
  if (verb === 'reload') return 'reload'
  return verb === 'restart' || verb === 'stop' ? 'restart-service' : 'none'
}
