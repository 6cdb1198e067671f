import { describe, expect, it } from 'vitest'

import { type LossesContext, refuseLosses } from '../../src/actions/losses.ts'
import { fakeCluster, type FakeCluster, replicating } from '../support/fake-patroni.ts'
import { failureOf } from '../support/failure.ts'
import { hosts } from './support.ts'

interface Scene {
  /** Names of hosts under `absent:`. */
  readonly absent: readonly string[]
  readonly unreached?: readonly string[]
  readonly forced?: readonly string[]
  readonly change?: (fake: FakeCluster) => void
}

/** Hosts leave a cluster of three, of which n1 leads; the plan stops them. */
function leave({ absent, unreached = [], forced = [], change }: Scene): LossesContext {
  const fake = fakeCluster()
  change?.(fake)
  const isAbsent = ({ name }: { readonly name: string }) => absent.includes(name)
  const staying = hosts.filter((host) => !isAbsent(host))
  const names = staying.map(({ name }) => name)
  const changes = absent.map((host) => ({
    ...{ host, resource: 'service patroni', kind: 'service', role: 'absent', verb: 'stop', summary: '' },
    disruption: 'restart-service',
  })) as LossesContext['plan']['changes']
  return {
    plan: { changes, hosts: 3, resources: 3 },
    cluster: { ...fake.cluster, members: fake.cluster.members.filter(({ host }) => names.includes(host)) },
    ...{ hosts: staying, absent: hosts.filter(isAbsent), forced },
    unreached: hosts.filter(({ name }) => unreached.includes(name)),
  }
}

const onLast =
  (patroni: FakeCluster['nodes'][number]['patroni']): NonNullable<Scene['change']> =>
  ({ nodes }) => {
    for (const node of nodes.slice(2)) node.patroni = patroni
  }

describe('hosts that leave', () => {
  it.each<readonly [string, Scene]>([
    ['a replica', { absent: ['n3'] }],
    ['the leader, for whom another can take over', { absent: ['n1'] }],
    ['all replicas, when they are named', { absent: ['n2', 'n3'], forced: ['n2', 'n3'] }],
    ['nobody', { absent: [] }],
  ])('go: %s', async (_, scene) => {
    await expect(refuseLosses(leave(scene))).resolves.toBeUndefined()
  })

  it.each<readonly [string, Scene, RegExp]>([
    ['the last replica', { absent: ['n2', 'n3'] }, /n2 is the last replica: n1 alone would be left/],
    [
      'while one that stays is down',
      { absent: ['n2'], change: onLast(undefined) },
      /n3, which stays, is .*Connection refused/,
    ],
    [
      'while the cluster is paused',
      { absent: ['n2'], change: onLast({ ...replicating(), pause: true }) },
      /the cluster is paused/,
    ],
    [
      'a leader whom nobody can follow',
      {
        absent: ['n1', 'n2'],
        forced: ['n1', 'n2'],
        change: onLast({ ...replicating(), tags: { nofailover: true } }),
      },
      /pg_01 leads, and no member that stays can take over/,
    ],
    [
      'one that lives, out of our reach',
      { absent: ['n3'], unreached: ['n3'] },
      /n3 cannot be reached over SSH, but its Patroni answers/,
    ],
    [
      'one too many of the DCS',
      {
        absent: ['n2'],
        change: ({ nodes }) => {
          for (const node of nodes.slice(2)) node.consul = undefined
        },
      },
      /without n2 1 of 2 servers of the DCS live, which is no majority/,
    ],
  ])('stay: %s', async (_, scene, reason) => {
    const error = await failureOf(refuseLosses(leave(scene)))
    expect(error.kind).toBe('refused')
    expect(error.message).toMatch(reason)
  })
})
