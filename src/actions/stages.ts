import type { Cluster } from '../cluster/cluster.ts'
import {
  clusterHasLeader,
  dcsCanSpare,
  dcsHasLeader,
  dcsServersVote,
  replicasAreBack,
  replicasStream,
  standbysFollow,
  vipHeldOnce,
} from '../cluster/gates.ts'
import { isLost } from '../resources/consul-peer.ts'
import { isLeadership } from './leave.ts'
import { refuseOldPatroni } from './patroni-version.ts'
import { isRestart } from './postgres-restarts.ts'
import { refuseOrphanData } from './preflight.ts'
import { proveLogin } from './prove-login.ts'
import { isAbsent, isOfPatroni, isSetting, ofRole, type Stage } from './stage.ts'
import { startsCluster, startsFirst, startsPatroni } from './starts.ts'
import type { SurveyedNode } from './survey.ts'
import { changesVrrp, goesOnWithVrrp } from './vrrp.ts'

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

/** Only now is the package there on a new node. */
async function refuseBadMembers(nodes: readonly SurveyedNode[], cluster: Cluster): Promise<void> {
  await refuseOldPatroni(nodes)
  await refuseOrphanData(cluster, nodes)
}
