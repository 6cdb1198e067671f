import type { Source } from '../shared/source.ts'
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
    ...(comesFirst ? { after: provider } : {}),
    ...(wanted.source === undefined ? {} : { source: wanted.source }),
  }
}
