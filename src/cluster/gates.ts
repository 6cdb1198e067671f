import type { Look } from '../shared/retry.ts'
import type { Cluster } from './cluster.ts'
import { dcsOf } from './dcs/index.ts'
import type { UnitName } from './doctor/exam.ts'
import { memberStatuses, type MemberStatus } from './members.ts'
import { waitPatiently } from './patience.ts'
import { missingStandbys } from './synchronous.ts'
import { vipHolders } from './vip.ts'

/** A state of the cluster that must hold before a run goes on. */
export interface Gate {
  readonly name: string
  /** Whose journals explain why it does not open. */
  readonly unit: UnitName | 'dcs'
  readonly timeoutMs: number
  readonly look: (cluster: Cluster) => Promise<Look<string>>
}

export const dcsHasLeader: Gate = {
  name: 'the DCS has a leader',
  unit: 'dcs',
  timeoutMs: 90_000,
  async look(cluster) {
    const answers = await Promise.all(
      cluster.dcsServers.map((node) => dcsOf(cluster).leaderSeenBy(cluster, node)),
    )
    const leader = answers.find((answer) => 'leader' in answer)
    if (cluster.dcsServers.length === 0) return { done: true, value: 'the DCS is not ours' }
    if (leader !== undefined) return { done: true, value: leader.leader }
    const reasons = answers.flatMap((answer) => ('reason' in answer ? [answer.reason] : []))
    return {
      done: false,
      waitingFor: `an elected leader among ${cluster.dcsServers.length} servers (${reasons[0] ?? 'none asked'})`,
    }
  },
}

/** What the DCS must be before the next of its servers is disturbed. */
export const dcsServersVote: Gate = {
  name: 'all servers of the DCS vote',
  unit: 'dcs',
  timeoutMs: 120_000,
  look: (cluster) => lookAtServers(cluster),
}

/** What the DCS must be before this server is disturbed: all others carry it. */
export function dcsCanSpare(host: string): Gate {
  const name = `the DCS can spare ${host}`
  return { ...dcsServersVote, name, look: (cluster) => lookAtServers(cluster, [host]) }
}

/** Looks at the whole DCS, also at servers that this run does not contact, but for those that are spared. */
async function lookAtServers(cluster: Cluster, spared: readonly string[] = []): Promise<Look<string>> {
  const { dcsServers } = cluster
  if (dcsServers.length === 0) return { done: true, value: 'the DCS is not ours' }
  const faults = (await dcsOf(cluster).faults(cluster)).filter(({ host }) => !spared.includes(host))
  if (faults.length === 0) return { done: true, value: `${dcsServers.length} servers` }
  return { done: false, waitingFor: faults.map(({ host, why }) => `${host} (${why})`).join(' and ') }
}

export const clusterHasLeader: Gate = {
  name: 'the cluster has a leader',
  unit: 'patroni',
  timeoutMs: 180_000,
  async look(cluster) {
    const found = await memberStatuses(cluster)
    const leader = found.find((member) => member.isLeader)
    if (leader !== undefined) return { done: true, value: leader.name }
    return { done: false, waitingFor: `a running leader (${statesText(found)})` }
  },
}

/** Long enough to clone a large database: the gate says meanwhile how each replica is doing. */
export const replicasStream: Gate = {
  name: 'all replicas stream',
  unit: 'patroni',
  timeoutMs: 3_600_000,
  async look(cluster) {
    const found = await memberStatuses(cluster)
    // Members that this run does not contact may not exist yet: they are not waited for.
    const inRun = cluster.members.filter(({ host }) => cluster.connections.has(host)).map(({ name }) => name)
    const waiting = found.filter(
      (member) => inRun.includes(member.name) && !member.isLeader && !member.isStreaming,
    )
    if (waiting.length === 0) return { done: true, value: statesText(found) }
    return { done: false, waitingFor: `${statesText(waiting)} to stream` }
  },
}

/** Before members are taken from the cluster, those that this run has brought back must be there. */
export const replicasAreBack: Gate = { ...replicasStream, timeoutMs: 300_000 }

/** A change of the synchronous mode counts only when the replicas have followed it. */
export const standbysFollow: Gate = {
  name: 'synchronous standbys are as wanted',
  unit: 'patroni',
  timeoutMs: 120_000,
  async look(cluster) {
    const found = await memberStatuses(cluster)
    const missing = missingStandbys(cluster, found)
    return missing === undefined
      ? { done: true, value: statesText(found) }
      : { done: false, waitingFor: missing }
  },
}

export const vipHeldOnce: Gate = {
  name: 'the VIP is held once',
  unit: 'keepalived',
  timeoutMs: 30_000,
  async look(cluster) {
    const holders = await vipHolders(cluster)
    const isWhole = cluster.vipNodes.every(({ host }) => cluster.connections.has(host))
    if (holders.length === 1) return { done: true, value: holders.join() }
    if (holders.length === 0 && !isWhole)
      return { done: true, value: 'a node that this run does not contact' }
    const found = holders.length === 0 ? 'no node holds it' : `${holders.join(' and ')} hold it`
    return { done: false, waitingFor: `one holder of ${cluster.vip} (${found})` }
  },
}

/** What a gate says while it waits, how long it has waited in ms. */
export type OnWait = (gate: Gate, waitingFor: string, ms: number) => void

const lookIntervalMs = 200

/** Waits for a gate, and has the doctor look meanwhile. Gives what it found, e.g. the leader's name. */
export function openGate(gate: Gate, cluster: Cluster, onWait: OnWait): Promise<string> {
  return waitPatiently(cluster, {
    ...{ name: gate.name, timeoutMs: gate.timeoutMs, intervalMs: lookIntervalMs },
    unit: gate.unit === 'dcs' ? cluster.dcs : gate.unit,
    look: () => gate.look(cluster),
    onWait: (waitingFor, ms) => {
      onWait(gate, waitingFor, ms)
    },
  })
}

function statesText(found: readonly MemberStatus[]): string {
  return found.map((member) => `${member.name}: ${member.state}`).join(', ')
}
