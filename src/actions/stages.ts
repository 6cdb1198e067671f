import type { Cluster } from '../cluster/cluster.ts'
import {
  clusterHasLeader,
  dcsCanSpare,
  dcsHasLeader,
  dcsServersVote,
  type Gate,
  replicasAreBack,
  replicasStream,
  standbysFollow,
  vipHeldOnce,
} from '../cluster/gates.ts'
import type { Plan } from '../engine/plan.ts'
import { type Resource, roleOf } from '../engine/resource.ts'
import { absentRole } from '../roles/absent/leaving.ts'
import { isLost } from '../resources/consul-peer.ts'
import { isLeadership } from './leave.ts'
import { refuseOldPatroni } from './patroni-version.ts'
import { isRestart } from './postgres-restarts.ts'
import { refuseOrphanData } from './preflight.ts'
import { proveLogin } from './prove-login.ts'
import { startsCluster, startsFirst, startsPatroni } from './starts.ts'
import type { SurveyedNode } from './survey.ts'
import { changesVrrp, goesOnWithVrrp } from './vrrp.ts'

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

const dcsInTurn = {
  between: dcsServersVote,
  canSpare: dcsCanSpare,
  after: dcsHasLeader,
  oneByOne: true,
} as const satisfies Partial<Stage>

const addressInTurn = {
  has: ofRole('alerts', 'keepalived'),
  between: vipHeldOnce,
  after: vipHeldOnce,
  oneByOne: true,
} as const satisfies Partial<Stage>

/**
 * The story of an apply. Who leaves lets go of the leadership and the VIP first, and goes when those that come are there. All
 * packages of all roles are one transaction per node, all nodes at once.
 */
export const stages: readonly Stage[] = [
  { name: 'hand over', has: isLeadership, byCluster: 'switchover', oneByOne: true },
  {
    name: 'release the VIP',
    has: isAbsent('service keepalived'),
    between: vipHeldOnce,
    after: vipHeldOnce,
    oneByOne: true,
  },
  { name: 'prepare', has: ({ phase }) => phase === 'prepare', oneByOne: false },
  { name: 'packages', has: ({ phase }) => phase === 'packages', oneByOne: false },
  { name: 'system', has: ofRole('hostname', 'essentials', 'vm-tools', 'ntp'), oneByOne: false },
  { name: 'ssh', has: ofRole('sshd'), afterEach: proveLogin, oneByOne: false },
  // The dead go before others come: each voter that is no more makes a majority harder.
  { name: 'dead servers of the DCS', has: isLost, before: dcsHasLeader, after: dcsHasLeader, oneByOne: true },
  { name: 'consul', has: ofRole('consul'), ...dcsInTurn },
  { name: 'etcd', has: ofRole('etcd'), ...dcsInTurn },
  { name: 'postgres', has: ofRole('postgres', 'repositories'), oneByOne: false },
  // Nothing reads them yet; what validates them takes seconds, which a member that waits for the first has to spare.
  {
    name: 'files of new members',
    has: (resource) => isOfPatroni(resource) && resource.type.kind !== 'service',
    before: dcsHasLeader,
    refuse: refuseBadMembers,
    on: startsPatroni,
    oneByOne: false,
  },
  {
    name: 'first member',
    has: isOfPatroni,
    on: startsFirst,
    before: dcsHasLeader,
    refuse: refuseBadMembers,
    oneByOne: false,
  },
  // While it bootstraps. keepalived waits for others that might hold the VIP as well, and nobody uses the cluster yet.
  {
    name: 'address of a new cluster',
    has: ofRole('haproxy', 'alerts', 'keepalived'),
    on: startsCluster,
    after: vipHeldOnce,
    afterMayWait: true,
    oneByOne: false,
  },
  {
    name: 'other members',
    has: isOfPatroni,
    on: startsCluster,
    before: clusterHasLeader,
    refuse: refuseBadMembers,
    after: replicasStream,
    afterMayWait: true,
    oneByOne: false,
  },
  {
    name: 'patroni',
    has: isOfPatroni,
    before: dcsHasLeader,
    refuse: refuseBadMembers,
    // Who joins finds a leader to clone from.
    afterFirst: clusterHasLeader,
    after: replicasStream,
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
  {
    name: 'rolling restart',
    has: isRestart,
    byCluster: 'restart',
    before: replicasAreBack,
    after: replicasStream,
    oneByOne: false,
  },
  { name: 'haproxy', has: ofRole('haproxy'), between: vipHeldOnce, oneByOne: true },
  // All nodes at once: those that disagree drop what the others say, and each takes the VIP.
  {
    name: 'VRRP files',
    has: (resource) => ofRole('keepalived')(resource) && resource.type.kind !== 'service',
    on: changesVrrp,
    oneByOne: false,
  },
  { name: 'VRRP', has: ofRole('keepalived'), on: changesVrrp, after: vipHeldOnce, oneByOne: false },
  // One that begins hears only from peers that know it: before they do, it takes the VIP as well.
  { name: 'keepalived', on: goesOnWithVrrp, ...addressInTurn },
  { name: 'new keepalived', ...addressInTurn },
  { name: 'monitoring', has: ofRole('zabbix-agent'), oneByOne: false },
  { name: 'leave', has: isAbsent('service patroni'), before: replicasStream, oneByOne: true },
  { name: 'leave HAProxy', has: isAbsent('service haproxy'), oneByOne: true },
  { name: 'leave Patroni', has: isAbsent('absent-member'), oneByOne: true },
  // Removed from the raft before it is stopped, so that its silence is nobody's loss.
  {
    name: 'leave the DCS',
    has: isAbsent('dcs-peer'),
    before: dcsServersVote,
    after: dcsHasLeader,
    oneByOne: true,
  },
  { name: 'stop the DCS', has: isAbsent('service consul'), after: dcsHasLeader, oneByOne: true },
  { name: 'forget agents', has: isAbsent('dcs-agent'), after: dcsServersVote, oneByOne: true },
  { name: 'delete data', has: isAbsent('absent-data'), oneByOne: false },
]

/** What belongs to hosts under `absent:`, by its id or kind; what is lost already had its turn. */
function isAbsent(name: string): Stage['has'] {
  return (resource) =>
    roleOf(resource) === absentRole &&
    (resource.id === name || resource.type.kind === name) &&
    !isLost(resource)
}

function ofRole(...names: readonly string[]): Stage['has'] {
  return (resource) => resource.phase === 'role' && names.includes(roleOf(resource))
}

function isOfPatroni(resource: Resource): boolean {
  return ofRole('patroni')(resource) && !isSetting(resource) && !isRestart(resource)
}

/** Only now is the package there on a new node. */
async function refuseBadMembers(nodes: readonly SurveyedNode[], cluster: Cluster): Promise<void> {
  await refuseOldPatroni(nodes)
  await refuseOrphanData(cluster, nodes)
}

function isSetting({ type }: Resource): boolean {
  return type.kind === 'dcs-config'
}
