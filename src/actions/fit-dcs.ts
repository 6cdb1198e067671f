import type { Cluster } from '../cluster/cluster.ts'
import { dcsIsWhole } from '../cluster/gates.ts'
import type { Plan } from '../engine/plan.ts'
import { PghaError } from '../shared/errors.ts'

/**
 * Refuses a plan that restarts servers of etcd while another one is down and this plan does not start it: two of three down
 * are an outage of the DCS.
 */
export async function refuseFragileDcs({
  plan,
  cluster,
}: {
  readonly plan: Plan
  readonly cluster: Cluster
}): Promise<void> {
  const ofEtcd = plan.changes.filter(({ role, kind }) => role === 'etcd' && kind === 'service')
  if (!ofEtcd.some(({ verb }) => verb === 'restart')) return
  const started = ofEtcd.flatMap(({ verb, host }) => (verb === 'start' ? [host] : []))
  const dcsServers = cluster.dcsServers.filter(({ host }) => !started.includes(host))
  const found = await dcsIsWhole.look({ ...cluster, dcsServers })
  if (found.done) return
  throw new PghaError('refused', `etcd cannot spare a server now: still waiting for ${found.waitingFor}`, {
    hint: 'mend that first; `pgha verify` shows the DCS',
  })
}
