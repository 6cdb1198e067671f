import { describe, expect, it } from 'vitest'

import { lagBytes, memberStatuses } from '../../src/cluster/members.ts'
import { anyClusterView, clusterView } from '../../src/cluster/patroni-api.ts'
import { vipHolders } from '../../src/cluster/vip.ts'
import { wayTo } from '../../src/cluster/cluster.ts'
import { fakeCluster, type FakeNode, leading, replicating } from '../support/fake-patroni.ts'

// Patroni 3.0.2 of Debian 12.
const oldLeader = {
  state: 'running',
  postmaster_start_time: '2026-11-22 19:38:09.852274+00:00',
  role: 'master',
  server_version: 150020,
  xlog: { location: 67108960 },
  timeline: 1,
  replication: [
    {
      usename: 'replicator',
      application_name: 'n2',
      client_addr: '198.18.1.12',
      state: 'streaming',
      sync_state: 'async',
      sync_priority: 0,
    },
  ],
  dcs_last_seen: 1795376334,
  database_system_identifier: '7711082444017771283',
  patroni: { version: '3.0.2', scope: 'main' },
}

const oldReplica = {
  state: 'running',
  postmaster_start_time: '2026-11-22 19:38:14.081014+00:00',
  role: 'replica',
  server_version: 150020,
  xlog: { received_location: 67108960, replayed_location: 67108900, replayed_timestamp: null, paused: false },
  timeline: null,
  dcs_last_seen: 1795376335,
  database_system_identifier: '7711082444017771283',
  patroni: { version: '3.0.2', scope: 'main' },
}

// Patroni 4.0.7 of Debian 13, whose receiver of WAL was refused by the leader: it just runs.
const unfed = { ...replicating(), replication_state: undefined }

/** The states of a cluster whose members answer this to `GET /patroni`. */
async function statesOf(...answers: readonly FakeNode['patroni'][]) {
  const { cluster, nodes } = fakeCluster(answers.map((_, index) => `n${index + 1}`))
  for (const [index, node] of nodes.entries()) node.patroni = answers[index]
  return memberStatuses(cluster)
}

describe('a member', () => {
  it.each([
    [
      'leads',
      [leading()],
      { isLeader: true, isStreaming: false, state: 'running', timeline: 1, position: 84_098_704 },
    ],
    ['leads under its old name', [oldLeader], { isLeader: true, state: 'running', position: 67_108_960 }],
    ['leads a standby cluster', [{ ...leading(), role: 'standby_leader' }], { isLeader: true }],
    [
      'is leader, but only starts',
      [{ ...leading(), state: 'starting' }],
      { isLeader: false, state: 'starting' },
    ],
    [
      'streams',
      [replicating(100)],
      { isLeader: false, isStreaming: true, state: 'streaming', position: 84_098_604 },
    ],
    [
      'fetches from the archive',
      [{ ...replicating(), replication_state: 'in archive recovery' }],
      { isStreaming: false, state: 'in archive recovery' },
    ],
    ['runs without being fed', [unfed], { isStreaming: false, state: 'running, but not streaming' }],
    [
      'is being cloned',
      [{ state: 'creating replica', role: 'replica' }],
      { isStreaming: false, state: 'creating replica' },
    ],
    [
      'is stopped',
      [{ state: 'stopped', role: 'replica' }],
      { isStreaming: false, isLeader: false, state: 'stopped' },
    ],
    [
      'waits for a restart',
      [
        {
          ...leading(),
          pending_restart: true,
          pending_restart_reason: { max_connections: { old_value: '100', new_value: '400' } },
        },
      ],
      { isRestartPending: true, restartReasons: [{ name: 'max_connections', from: '100', to: '400' }] },
    ],
    ['is paused', [{ ...replicating(), pause: true }], { isPaused: true, isStreaming: true }],
    ['may not lead', [{ ...replicating(), tags: { nofailover: true } }], { isCandidate: false }],
    ['is waited for by commits', [{ ...replicating(), sync_standby: true }], { isSyncStandby: true }],
    ['is one of a quorum', [{ ...replicating(), quorum_standby: true }], { isSyncStandby: true }],
    ['does not answer', [undefined], { isLeader: false, isStreaming: false, state: 'unreachable' }],
    ['answers with an error page', [{ status: 503, body: '<html>' }], { state: 'unreachable' }],
    ['answers without a state', [{ role: 'primary' }], { isLeader: false, state: 'unreachable' }],
  ] as const)('%s', async (_, answers, expected) => {
    const [first] = await statesOf(...answers)

    expect(first).toMatchObject({ name: 'n1', ...expected })
  })

  it('of an old version streams when the leader says so', async () => {
    const [, fed, other] = await statesOf(oldLeader, oldReplica, oldReplica)

    expect(fed).toMatchObject({ isStreaming: true, state: 'streaming' })
    expect(other).toMatchObject({ isStreaming: false, state: 'running, but not streaming' })
  })

  it('that cannot be reached says why', async () => {
    const [first] = await statesOf(undefined)

    expect(first?.reason).toBe('n1 cannot connect to 198.18.1.11:8008: Connection refused')
  })

  it('is asked by itself, all at once, through its own node', async () => {
    const { cluster, requests } = fakeCluster()
    await memberStatuses(cluster)

    expect(requests.map(({ to, path }) => `${to}${path}`).toSorted()).toEqual([
      'n1:8008/patroni',
      'n2:8008/patroni',
      'n3:8008/patroni',
    ])
  })

  it('that this run does not contact is asked through another node', async () => {
    const { seenFrom, requests } = fakeCluster()
    const states = await memberStatuses(seenFrom('n3'))

    expect(states.map(({ state }) => state)).toEqual(['running', 'streaming', 'streaming'])
    expect(requests).toHaveLength(3)
  })
})

describe('the lag of a replica', () => {
  it('is what the leader has written and it has not replayed', async () => {
    const [leader, replica, ahead] = await statesOf(leading(), replicating(56), replicating(-10))

    expect(replica && lagBytes(leader, replica)).toBe(56)
    expect(ahead && lagBytes(leader, ahead)).toBe(0)
  })

  it('is not known when either does not say', async () => {
    const [leader, silent] = await statesOf(leading(), undefined)

    expect(silent && lagBytes(leader, silent)).toBeUndefined()
    expect(leader && lagBytes(undefined, leader)).toBeUndefined()
  })
})

describe("the DCS's view", () => {
  it('is that of the first member that answers, those of this run first', async () => {
    const { seenFrom, nodes, requests } = fakeCluster()
    const view = await anyClusterView(seenFrom('n2', 'n3'))

    expect(view).toMatchObject({
      from: 'n2',
      paused: false,
      members: [
        { name: 'n1', role: 'leader', state: 'running', timeline: 1, lagBytes: undefined },
        { name: 'n2', role: 'replica', state: 'streaming', timeline: 1, lagBytes: 0 },
        { name: 'n3' },
      ],
    })
    expect(requests.map(({ to }) => to)).toEqual(['n2:8008'])
    for (const node of nodes) node.patroni = undefined
    expect(await anyClusterView(seenFrom('n2'))).toEqual(
      new Map(
        nodes.map(({ host, address }) => [host, `n2 cannot connect to ${address}:8008: Connection refused`]),
      ),
    )
  })

  it('knows a lag only as a number', async () => {
    const { cluster, nodes } = fakeCluster(['n1'])
    const [member] = cluster.members
    const [node] = nodes
    if (member === undefined || node === undefined) throw new Error('no member')
    node.cluster = {
      body: { members: [{ name: 'n1', role: 'replica', state: 'stopped', lag: 'unknown' }], pause: true },
    }

    expect(await clusterView(cluster, member)).toMatchObject({
      paused: true,
      members: [{ lagBytes: undefined }],
    })
    node.cluster = { status: 503, body: { error: 'x' } }
    expect(await clusterView(cluster, member)).toBe('/cluster answers 503 with something else than expected')
  })
})

describe('the VIP', () => {
  it.each([
    ['nobody', [], []],
    ['one node', ['n2'], ['n2']],
    ['two nodes', ['n1', 'n3'], ['n1', 'n3']],
  ])('is held by %s', async (_, holders, expected) => {
    const { cluster, nodes } = fakeCluster()
    for (const node of nodes) node.holdsVip = holders.includes(node.host)

    expect(await vipHolders(cluster)).toEqual(expected)
  })
})

describe('the way to a node', () => {
  it('leads through any other when there is none to itself, and nowhere without any', () => {
    const { seenFrom } = fakeCluster()

    expect(wayTo(seenFrom('n2'), 'n2').host).toBe('n2')
    expect(wayTo(seenFrom('n2'), 'n1').host).toBe('n2')
    expect(() => wayTo(seenFrom(), 'n1')).toThrow('no node of the cluster is reachable')
  })
})
