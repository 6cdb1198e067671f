import { vipHolders } from '../vip.ts'
import type { Check } from './check.ts'

/** One node has the VIP on an interface; two would answer for each other, none leaves clients alone. */
export const vipHeldOnceCheck: Check = {
  name: 'VIP held once',
  async run(cluster) {
    const holders = await vipHolders(cluster)
    const isElsewhere =
      holders.length === 0 && cluster.vipNodes.some(({ host }) => cluster.outside.includes(host))
    return {
      ok: holders.length === 1 || isElsewhere,
      summary:
        holders.length === 0
          ? `no node ${isElsewhere ? 'of --limit ' : ''}holds ${cluster.vip}`
          : `${holders.join(' and ')} hold${holders.length === 1 ? 's' : ''} ${cluster.vip}`,
      figures: { vip: cluster.vip, holders: holders.length, holder: holders.join(',') },
    }
  },
}
