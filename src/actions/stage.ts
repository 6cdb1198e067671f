import type { Cluster } from '../cluster/cluster.ts'
import type { Gate } from '../cluster/gates.ts'
import type { Plan } from '../engine/plan.ts'
import { type Resource, roleOf } from '../engine/resource.ts'
import { isLost } from '../resources/consul-peer.ts'
import { absentRole } from '../roles/absent/leaving.ts'
import { isRestart } from './postgres-restarts.ts'
import type { SurveyedNode } from './survey.ts'

/** A part of a run that all nodes finish before the next begins. */
export interface Stage {
  readonly name: string
  readonly has: (resource: Resource) => boolean
  /** Must hold before anything of this stage is changed. */
  readonly before?: Gate
  /** Must hold when one node is done, before the others begin. */
  readonly afterFirst?: Gate
  /** Must hold after each node, when nodes go one by one, before the next begins. */
  readonly between?: Gate
  /** Must hold before a node whose service this stage restarts, whatever held before the stage. */
  readonly canSpare?: (host: string) => Gate
  /** Must succeed on each node that was changed, right after it. */
  readonly afterEach?: (node: SurveyedNode) => Promise<void>
  /** Must hold when all nodes are done. */
  readonly after?: Gate
  /** While no member runs yet, or while the DCS is still to be corrected, `after` may hold later: before the restarts, or at the end. */
  readonly afterMayWait?: boolean
  /** Brought about by the cluster and not on the nodes: PostgreSQL is restarted in turn, or the leadership handed over. */
  readonly byCluster?: 'restart' | 'switchover'
  /** Nodes go one by one, but for those whose services this run starts: nobody uses them yet. */
  readonly oneByOne: boolean
  /** Only on these nodes; the others have the same in a later stage. */
  readonly on?: (plan: Plan, host: string, cluster: Cluster) => boolean
  /** Throws when the nodes that the stage touches must not be changed. */
  readonly refuse?: (nodes: readonly SurveyedNode[], cluster: Cluster) => Promise<void>
}

/** What belongs to hosts under `absent:`, by its id or kind; what is lost already had its turn. */
export function isAbsent(name: string): Stage['has'] {
  return (resource) =>
    roleOf(resource) === absentRole &&
    (resource.id === name || resource.type.kind === name) &&
    !isLost(resource)
}

/** What these roles want in their turn. */
export function ofRole(...names: readonly string[]): Stage['has'] {
  return (resource) => resource.phase === 'role' && names.includes(roleOf(resource))
}

/** What a member is made of; its cluster's settings and restarts have stages of their own. */
export function isOfPatroni(resource: Resource): boolean {
  return ofRole('patroni')(resource) && !isSetting(resource) && !isRestart(resource)
}

/** The cluster's dynamic configuration. */
export function isSetting({ type }: Resource): boolean {
  return type.kind === 'dcs-config'
}
