import type { Cluster } from '../cluster/cluster.ts'
import { dcsOf } from '../cluster/dcs/index.ts'
import type { Plan } from '../engine/plan.ts'
import { PghaError } from '../shared/errors.ts'

/** Refuses a plan that restarts servers of the DCS while another one is down and this plan does not start it. */
export async function refuseFragileDcs({
  plan,
  cluster,
}: {
  readonly plan: Plan
  readonly cluster: Cluster
}): Promise<void> {
  const ofDcs = plan.changes.filter(({ role, kind }) => role === cluster.dcs && kind === 'service')
  const those = (wanted: string) => ofDcs.flatMap(({ verb, host }) => (verb === wanted ? [host] : []))
  await refuseDisturbing(cluster, those('restart'), those('start'))
}

/**
 * Refuses to disturb servers of the DCS, one after the other, when another than the one whose turn it is does not vote: two
 * of three down are an outage of the DCS. `--limit` does not hide a server: the whole DCS is asked.
 */
export async function refuseDisturbing(
  cluster: Cluster,
  disturbed: readonly string[],
  started: readonly string[] = [],
): Promise<void> {
  const turns = disturbed.filter((name) => cluster.dcsServers.some(({ host }) => host === name))
  if (turns.length === 0) return
  const dcs = dcsOf(cluster)
  const faults = (await dcs.faults(cluster)).filter(({ host }) => !started.includes(host))
  const hurt = turns.find((turn) => faults.some(({ host }) => host !== turn))
  if (hurt === undefined) return
  const named = faults.filter(({ host }) => host !== hurt).map(({ host, why }) => `${host} (${why})`)
  throw new PghaError(
    'refused',
    `${dcs.title} cannot spare ${hurt} now: still waiting for ${named.join(' and ')}`,
    { hint: `mend that first; \`pgha verify\` shows the DCS` },
  )
}
