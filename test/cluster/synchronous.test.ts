import { describe, expect, it } from 'vitest'

import { synchronousStandbys } from '../../src/cluster/checks/synchronous-standbys.ts'
import type { Synchronous } from '../../src/cluster/cluster.ts'
import { standbysFollow } from '../../src/cluster/gates.ts'
import { fakeCluster, replicating } from '../support/fake-patroni.ts'

/** A cluster whose replicas say so of themselves, n2 first. */
function clusterWith(
  synchronous: Synchronous | undefined,
  ...flags: readonly Readonly<Record<string, boolean>>[]
) {
  const { cluster, nodes } = fakeCluster()
  for (const [index, flag] of flags.entries()) {
    const node = nodes[index + 1]
    if (node !== undefined) node.patroni = { ...replicating(), ...flag }
  }
  return { ...cluster, synchronous }
}

const sync = { sync_standby: true }
const quorum = { quorum_standby: true }

describe('synchronous standbys', () => {
  it.each([
    ['one of one', { mode: 'on', count: 1 }, [sync], undefined],
    ['none of one', { mode: 'strict', count: 1 }, [], '1 synchronous standby (there is none)'],
    ['one of two', { mode: 'on', count: 2 }, [sync], '2 synchronous standbys (n2)'],
    ['the whole quorum', { mode: 'quorum', count: 1 }, [quorum, quorum], undefined],
    [
      'one that is not of the quorum yet',
      { mode: 'quorum', count: 1 },
      [sync],
      '1 synchronous standby (there is none)',
    ],
    [
      'one that is still of the quorum',
      { mode: 'on', count: 1 },
      [quorum],
      '1 synchronous standby (there is none)',
    ],
    ['one that is left over', { mode: 'off', count: 1 }, [sync], 'n2 to become asynchronous'],
    ['none, and none wanted', { mode: 'off', count: 1 }, [], undefined],
    ['whatever there is, where nobody says', undefined, [sync], undefined],
  ] as const)('%s', async (_, wanted, flags, missing) => {
    const cluster = clusterWith(wanted, ...flags)
    const look = await standbysFollow.look(cluster)
    const { ok } = await synchronousStandbys.run(cluster)

    expect(look.done ? undefined : look.waitingFor).toBe(missing)
    expect(ok).toBe(missing === undefined)
  })

  it('are named by verify', async () => {
    const { summary, figures } = await synchronousStandbys.run(clusterWith({ mode: 'on', count: 2 }, sync))
    expect(summary).toBe('n2; still waiting for 2 synchronous standbys (n2)')
    expect(figures).toEqual({ standbys: 1, wanted: 2 })
  })
})
