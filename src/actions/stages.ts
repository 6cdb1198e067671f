import {
  clusterHasLeader,
  dcsHasLeader,
  type Gate,
  replicasStream,
  standbysFollow,
  vipHeldOnce,
} from '../cluster/gates.ts'
import { type Resource, roleOf } from '../engine/resource.ts'
import { isRestart } from './postgres-restarts.ts'
import { proveLogin } from './prove-login.ts'
import type { SurveyedNode } from './survey.ts'

/** A part of a run that all nodes finish before the next begins. */
export interface Stage {
  readonly name: string
  readonly has: (resource: Resource) => boolean
  /** Must hold before anything of this stage is changed. */
  readonly before?: Gate
  /** Must hold when one node is done, before the others begin. */
  readonly afterFirst?: Gate
  /** Must succeed on each node that was changed, right after it. */
  readonly afterEach?: (node: SurveyedNode) => Promise<void>
  /** Must hold when all nodes are done. */
  readonly after?: Gate
  /** While no member runs yet, `after` may hold as late as at the end of the run. */
  readonly afterMayWait?: boolean
  /** PostgreSQL is restarted, member by member, by the cluster and not on the nodes. */
  readonly restartsMembers?: boolean
  /** Nodes go one by one when something that runs already is disturbed. */
  readonly oneByOne: boolean
}

/** The story of an apply. All packages of all roles come first: one transaction per node, all nodes at once. */
export const stages: readonly Stage[] = [
  { name: 'prepare', has: ({ phase }) => phase === 'prepare', oneByOne: false },
  { name: 'packages', has: ({ phase }) => phase === 'packages', oneByOne: false },
  { name: 'system', has: ofRole('hostname', 'essentials', 'vm-tools', 'ntp'), oneByOne: false },
  { name: 'ssh', has: ofRole('sshd'), afterEach: proveLogin, oneByOne: false },
  { name: 'consul', has: ofRole('consul'), after: dcsHasLeader, oneByOne: true },
  { name: 'postgres', has: ofRole('postgres', 'repositories'), oneByOne: false },
  {
    name: 'patroni',
    has: (resource) => ofRole('patroni')(resource) && !isSetting(resource) && !isRestart(resource),
    before: dcsHasLeader,
    // Whoever is first bootstraps; the others must find a leader to clone from.
    afterFirst: clusterHasLeader,
    after: replicasStream,
    // Replicas of a new cluster clone while HAProxy and keepalived come up; nobody uses it yet.
    afterMayWait: true,
    oneByOne: false,
  },
  // The DCS can be asked for its settings only when there is a cluster; the bootstrap has usually set them all.
  {
    name: 'settings',
    has: isSetting,
    before: clusterHasLeader,
    after: standbysFollow,
    afterMayWait: true,
    oneByOne: false,
  },
  { name: 'rolling restart', has: isRestart, restartsMembers: true, after: replicasStream, oneByOne: false },
  { name: 'haproxy', has: ofRole('haproxy'), oneByOne: true },
  { name: 'keepalived', has: ofRole('alerts', 'keepalived'), after: vipHeldOnce, oneByOne: true },
  { name: 'monitoring', has: ofRole('zabbix-agent'), oneByOne: false },
]

function ofRole(...names: readonly string[]): Stage['has'] {
  return (resource) => resource.phase === 'role' && names.includes(roleOf(resource))
}

function isSetting({ type }: Resource): boolean {
  return type.kind === 'dcs-config'
}
