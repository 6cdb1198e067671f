import { clusterView, isLeader } from '../patroni-api.ts'
import type { Check } from './check.ts'

/** Every member is asked for its own view: one leader, and all name the same. */
export const oneLeader: Check = {
  name: 'one leader',
  async run(cluster) {
    const views = await Promise.all(cluster.members.map((member) => clusterView(cluster, member)))
    const silent = cluster.members.flatMap(({ name }, index) => {
      const view = views[index]
      return typeof view === 'string' ? [`${name}: ${view}`] : []
    })
    const named = views.flatMap((view) =>
      typeof view === 'string' ? [] : [view.members.filter(isLeader).map(({ name }) => name)],
    )
    const leaders = [...new Set(named.flat())]
    const isSingle = leaders.length === 1 && named.every((names) => names.length === 1)
    const summary = isSingle
      ? `${leaders.join()} leads`
      : `${leaders.length} leaders: ${leaders.join(', ') || 'none'}`
    return {
      ok: isSingle && silent.length === 0,
      summary: [summary, ...silent].join('; '),
      figures: {
        leader: leaders.join(','),
        leaders: leaders.length,
        asked: cluster.members.length,
        answered: named.length,
      },
    }
  },
}
