import { chooseCandidate } from '../cluster/candidate.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { dcsPeers } from '../cluster/consul-peers.ts'
import { memberStatuses, type MemberStatus } from '../cluster/members.ts'
import type { Plan } from '../engine/plan.ts'
import { dcsServers, members, nodeName } from '../roles/members.ts'
import type { SiteHost } from '../roles/site.ts'
import { PghaError } from '../shared/errors.ts'
import { memberOf } from './cluster-of.ts'
import { quorumLoss } from './quorum-loss.ts'

export interface LossesContext {
  readonly plan: Plan
  readonly cluster: Cluster
  /** Hosts that stay. */
  readonly hosts: readonly SiteHost[]
  /** Hosts under `absent:`, and those of them that this run has not reached. */
  readonly absent: readonly SiteHost[]
  readonly unreached: readonly SiteHost[]
  /** Hosts that go although the cluster is too small without them. */
  readonly forced: readonly string[]
}

/** Refuses a plan that takes more from the cluster than it can spare, before anything is touched. */
export async function refuseLosses(context: LossesContext): Promise<void> {
  const { plan, absent, cluster } = context
  const going = absent.filter((host) => isGoing(host, plan))
  if (going.length === 0) return
  const leaving = members(going).map(memberOf)
  const found = await memberStatuses({ ...cluster, members: [...cluster.members, ...leaving] })
  const reasons = [
    ...stillAlive(context, found),
    ...lastMember(going, context),
    ...unfitStayers(going, context, found),
    ...(await lostQuorum(going, context)),
  ]
  if (reasons.length === 0) return
  throw new PghaError('refused', reasons.join('; '), {
    hint: `${going.map(({ name }) => name).join(', ')} cannot leave like this; --force-remove NAME takes a host away although too few are left`,
  })
}

/** Whether the plan takes something away from a host, or the host from the others. */
function isGoing(host: SiteHost, plan: Plan): boolean {
  const farewells = [`absent-member ${nodeName(host)}`, `dcs-peer ${host.name}`, `dcs-agent ${host.name}`]
  return plan.changes.some((change) => change.host === host.name || farewells.includes(change.resource))
}

/** A host that lives and cannot be stopped would come back. */
function stillAlive({ unreached }: LossesContext, found: readonly MemberStatus[]): readonly string[] {
  return unreached.flatMap((host) => {
    const status = found.find(({ name }) => name === nodeName(host))
    if (status === undefined || status.reason !== undefined) return []
    return [`${host.name} cannot be reached over SSH, but its Patroni answers (${status.state})`]
  })
}

function lastMember(going: readonly SiteHost[], { hosts, forced }: LossesContext): readonly string[] {
  const left = members(hosts)
  if (left.length > 1) return []
  return members(going)
    .filter(({ name }) => !forced.includes(name))
    .map(({ name }) => `${name} is the last replica: ${left[0]?.name ?? 'nobody'} alone would be left`)
}

/** Those that stay must carry the cluster already; those that this run starts are waited for before anyone goes. */
function unfitStayers(
  going: readonly SiteHost[],
  { plan, cluster, unreached }: LossesContext,
  found: readonly MemberStatus[],
): readonly string[] {
  const living = members(going).filter((host) => !unreached.includes(host))
  if (living.length === 0) return []
  const isStarted = (host: string) =>
    plan.changes.some(
      (one) => one.host === host && one.resource === 'service patroni' && one.verb === 'start',
    )
  const stayers = cluster.members.filter(({ host }) => !isStarted(host)).map(({ name }) => name)
  const staying = found.filter(({ name }) => stayers.includes(name))
  const down = staying.filter(({ isLeader, isStreaming }) => !isLeader && !isStreaming)
  const leader = found.find(({ isLeader }) => isLeader)
  const heirs = leader === undefined || staying.includes(leader) ? [] : [...staying, leader]
  return [
    ...(found.some(({ isPaused }) => isPaused)
      ? ['the cluster is paused: Patroni would leave PostgreSQL running (pgha resume)']
      : []),
    ...down.map(({ name, state, reason }) => `${name}, which stays, is ${reason ?? state}`),
    ...(leader !== undefined && heirs.length > 0 && chooseCandidate(heirs, false) === undefined
      ? [`${leader.name} leads, and no member that stays can take over`]
      : []),
  ]
}

async function lostQuorum(
  going: readonly SiteHost[],
  { cluster, hosts, unreached, forced }: LossesContext,
): Promise<readonly string[]> {
  const peers = await dcsPeers(cluster)
  if (peers === undefined) return []
  const leaving = dcsServers(going).map(({ name }) => ({
    name,
    isLost: unreached.some((host) => host.name === name),
    isForced: forced.includes(name),
  }))
  return quorumLoss({ peers, leaving, staying: dcsServers(hosts).map(({ name }) => name) })
}
