import { describe, expect, it } from 'vitest'

import { bestCandidate, chooseCandidate, memberNamed, unfitCandidate } from '../../src/cluster/candidate.ts'
import { fitFor, unfitness, unledness } from '../../src/cluster/fitness.ts'
import { handOver, leaderOf } from '../../src/cluster/hand-over.ts'
import type { MemberStatus } from '../../src/cluster/members.ts'
import type { Watch } from '../../src/cluster/waiting.ts'
import { fakeCluster, leading, replicating } from '../support/fake-patroni.ts'
import { failureOf } from '../support/failure.ts'

const megabyte = 1024 * 1024

function status(name: string, more: Partial<MemberStatus> = {}): MemberStatus {
  const isLeader = name === 'n1'
  return {
    ...{ name, isLeader, isStreaming: !isLeader, state: isLeader ? 'running' : 'streaming' },
    ...{ timeline: 1, position: 100 * megabyte, reason: undefined, isRestartPending: false },
    ...{ restartReasons: [], isSyncStandby: false, isQuorumStandby: false, isPaused: false },
    ...{ isCandidate: true, startedAt: undefined, ...more },
  }
}

const down = { isStreaming: false, state: 'unreachable', reason: 'connection refused' }
const three = (n2: Partial<MemberStatus> = {}, n3: Partial<MemberStatus> = {}) => [
  status('n1'),
  status('n2', n2),
  status('n3', n3),
]

describe('the best candidate', () => {
  it.each([
    ['by name among equals', three(), false, 'n2'],
    ['has the least lag', three({ position: 90 * megabyte }), false, 'n3'],
    ['is not one that lags', three({ position: 80 * megabyte }, down), false, undefined],
    ['is not one that never leads', three({ isCandidate: false }, down), false, undefined],
    ['is a synchronous standby', three({}, { isSyncStandby: true }), true, 'n3'],
    ['is nobody without one', three(), true, undefined],
  ] as const)('%s', (_, found, needsSync, expected) => {
    expect(chooseCandidate(found, needsSync)).toBe(expected)
  })
})

describe('a candidate by name', () => {
  it.each([
    ['that streams', three(), 'n2', false, []],
    ['that leads', three(), 'n1', false, ['n1 leads already']],
    ['that is down', three(down), 'n2', false, ['n2 cannot take over: it is connection refused']],
    ['that lags', three({ position: 80 * megabyte }), 'n2', false, ['n2 lags by 20971520 bytes']],
    ['that never leads', three({ isCandidate: false }), 'n2', false, ['n2 has the tag nofailover']],
    [
      'that is asynchronous',
      three({ isSyncStandby: true }),
      'n3',
      true,
      ['n3 is no synchronous standby (n2): commits may be missing there'],
    ],
    ['that is synchronous', three({ isSyncStandby: true }), 'n2', true, []],
  ] as const)('%s', (_, found, name, needsSync, reasons) => {
    expect(unfitCandidate(found, name, needsSync)).toEqual(reasons)
  })

  it('may be called as its host is, and is looked for among the members', () => {
    const { cluster } = fakeCluster()
    const renamed = {
      ...cluster,
      members: cluster.members.map((one) => ({ ...one, name: `pg_${one.host}` })),
    }
    expect(memberNamed(renamed, 'n2').name).toBe('pg_n2')
    expect(() => memberNamed(renamed, 'n7')).toThrow('n7 is no member of the cluster')
  })
})

describe('a cluster', () => {
  it.each([
    ['that is whole can spare a member', three(), [], []],
    ['with a replica down cannot', three(down), ['n2 is unreachable (connection refused)'], []],
    ['with a replica that lags cannot', three({ position: 0 }), ['n2 lags by 104857600 bytes'], []],
    [
      'that is paused can spare nobody, and be led by nobody else',
      three({ isPaused: true }),
      ['the cluster is paused (pgha resume)'],
      ['the cluster is paused (pgha resume)'],
    ],
    ['without a leader', [status('n2')], ['there is no leader'], ['there is no leader']],
    [
      'with two',
      [status('n1'), status('n2', { isLeader: true, isStreaming: false })],
      ['there are two leaders'],
      ['there are two leaders'],
    ],
  ])('%s', (_, found, unfit, unled) => {
    expect(unfitness(found)).toEqual(unfit)
    expect(unledness(found)).toEqual(unled)
  })

  it('without a quorum of its DCS is fit for nothing', async () => {
    const { cluster, nodes } = fakeCluster()
    for (const node of nodes) node.consul = ''
    const error = await failureOf(fitFor(cluster, 'a switchover', unledness))
    expect(error.kind).toBe('refused')
    expect(error.message).toMatch(
      /^a switchover cannot begin: the DCS has no quorum: waiting for an elected leader/,
    )
  })
})

/** A fake cluster, and a watch that tells what it was told. */
function watched() {
  const told: string[] = []
  const watch: Watch = {
    begin: (host, what) => {
      told.push(`${host} ${what}`)
    },
    end: () => undefined,
    mayGoOn: () => undefined,
    wait: (what, waitingFor) => {
      const line = `${what}: ${waitingFor}`
      if (told.at(-1) !== line) told.push(line)
    },
  }
  return { ...fakeCluster(), told, watch }
}

describe('handing over', () => {
  it('asks the leader for the best replica, and waits until both have changed places', async () => {
    const { cluster, nodes, reply, requests, told, watch } = watched()
    reply('/switchover', { body: 'Successfully switched over' })
    const [n1, n2] = nodes
    if (n1 === undefined || n2 === undefined) throw new Error('no nodes')
    setTimeout(() => {
      n1.patroni = { ...replicating(), state: 'stopping' }
      n2.patroni = leading('n1', 'n3')
    }, 300)
    setTimeout(() => (n1.patroni = replicating()), 900)

    expect((await handOver(cluster, undefined, watch)).name).toBe('n2')
    const sent = requests.find(({ method }) => method === 'POST')
    expect(sent).toMatchObject({ to: 'n1:8008', path: '/switchover' })
    expect(JSON.parse(sent?.body ?? '')).toEqual({ leader: 'n1', candidate: 'n2' })
    expect(told).toEqual([
      'n1 switchover from n1 to n2',
      'n2 is back: n2, which is streaming',
      'n1 is back: n1, which is stopping',
    ])
    expect((await leaderOf(cluster)).name).toBe('n2')
  })

  it('waits in synchronous mode for a standby that has every commit', async () => {
    const { cluster, nodes, reply, told, watch } = watched()
    reply('/config', { body: { synchronous_mode: true } })
    setTimeout(() => {
      for (const node of nodes.slice(2)) node.patroni = { ...replicating(), sync_standby: true }
    }, 300)
    const candidate = await bestCandidate(cluster, await leaderOf(cluster), watch)

    expect(candidate.name).toBe('n3')
    expect(told).toEqual(['a member that can take over: a synchronous standby'])
  })

  it('is refused by Patroni with its own words', async () => {
    const { cluster, reply, watch } = watched()
    reply('/switchover', { status: 412, body: 'candidate is not alive' })
    const error = await failureOf(handOver(cluster, undefined, watch))

    expect(error.message).toBe('Patroni of n1 says no to POST /switchover')
    expect(error.context.evidence).toEqual(['412: candidate is not alive'])
  })

  it('needs a leader', async () => {
    const { cluster, nodes } = fakeCluster()
    for (const node of nodes) node.patroni = replicating()
    const error = await failureOf(leaderOf(cluster))
    expect(error.context.hint).toContain('pgha failover')
  })
})
