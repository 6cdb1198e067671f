import type { Cluster } from '../cluster/cluster.ts'
import type { Plan } from '../engine/plan.ts'
import type { SiteHost } from '../roles/site.ts'
import { clusterOf } from './cluster-of.ts'
import { refuseLosses } from './losses.ts'
import type { RunOptions } from './options.ts'
import { refuseMd5Passwords } from './md5-passwords.ts'
import { refuseOtherData } from './other-data.ts'
import { refuseOldPatroni } from './patroni-version.ts'
import { refuseWrongNodes } from './preflight.ts'
import { closeAll, reachAbsent, reachAll, type Reached } from './reach.ts'
import type { RunSite } from './site.ts'
import { planOf, probeNodes, survey, surveyLeaving, type SurveyedNode } from './survey.ts'

/** The nodes that a run reaches: those that stay, and those under `absent:`, of which some may be dead. */
export interface Contact {
  readonly staying: Reached
  readonly leaving: Reached
}

/** Connects to all of them; a host that stays and does not answer ends it. */
export async function contact(site: RunSite, options: RunOptions, lock: boolean): Promise<Contact> {
  const staying = await reachAll(site, options, lock)
  try {
    const leaving = await reachAbsent(site, options, lock)
    for (const { message } of leaving.failures) {
      options.emit({ kind: 'warning', text: `${message}; it stands under absent and is taken for dead` })
    }
    return { staying, leaving }
  } catch (thrown) {
    await closeAll(staying)
    throw thrown
  }
}

export function leaveAlone({ staying, leaving }: Contact): Promise<void> {
  return closeAll(staying, leaving)
}

/** What a run sees before it changes anything. */
export interface Sight {
  readonly nodes: readonly SurveyedNode[]
  readonly plan: Plan
  readonly cluster: Cluster
}

/** Reads all nodes and says what differs; refuses nodes that are not what they seem, and losses that hurt the cluster. */
export async function seen(
  site: RunSite,
  { staying, leaving }: Contact,
  options: RunOptions,
): Promise<Sight> {
  const isReached = (host: SiteHost) => leaving.connections.has(host.name)
  const absent = site.absent.map((host) => ({ host, isReached: isReached(host) }))
  const nodes = [
    ...(await survey(site, staying, options, absent)),
    ...(await surveyLeaving(site, leaving, options)),
  ]
  refuseWrongNodes(nodes, options.emit)
  await refuseOldPatroni(nodes.filter(({ isLeaving }) => !isLeaving))
  const plan = planOf(await probeNodes(nodes, options.forks))
  await refuseOtherData(nodes, plan, options.forks)
  // With --limit on hosts that leave, the cluster is seen through them.
  const cluster = clusterOf(site, staying.connections.size > 0 ? staying : leaving)
  await refuseMd5Passwords({ nodes, plan, cluster, emit: options.emit })
  await refuseLosses({
    ...{ plan, cluster, hosts: site.hosts, absent: site.absent, forced: options.forceRemove ?? [] },
    unreached: site.absent.filter((host) => !isReached(host)),
  })
  return { nodes, plan, cluster }
}
