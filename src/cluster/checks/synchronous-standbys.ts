import { memberStatuses } from '../members.ts'
import { missingStandbys } from '../synchronous.ts'
import type { Check } from './check.ts'

/** Commits wait for as many replicas as the inventory says, by the replicas' own word. */
export const synchronousStandbys: Check = {
  name: 'synchronous standbys',
  async run(cluster) {
    const found = await memberStatuses(cluster)
    const standbys = found.filter(({ isSyncStandby }) => isSyncStandby).map(({ name }) => name)
    const missing = missingStandbys(cluster, found)
    const mode = cluster.synchronous?.mode
    const text = standbys.length === 0 ? 'none: replication is asynchronous' : standbys.join(', ')
    return {
      ok: missing === undefined,
      summary: `${text}${mode === undefined ? ' (the inventory does not say)' : ''}${missing === undefined ? '' : `; still waiting for ${missing}`}`,
      figures: {
        standbys: standbys.length,
        ...(cluster.synchronous === undefined
          ? {}
          : { wanted: mode === 'off' ? 0 : cluster.synchronous.count }),
      },
    }
  },
}
