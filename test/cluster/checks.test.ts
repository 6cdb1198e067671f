import { describe, expect, it } from 'vitest'

import type { Check } from '../../src/cluster/checks/check.ts'
import { dcsQuorum } from '../../src/cluster/checks/dcs-quorum.ts'
import { checks, runChecks } from '../../src/cluster/checks/index.ts'
import { haproxyRoutes } from '../../src/cluster/checks/haproxy-routes.ts'
import { markerRow } from '../../src/cluster/checks/marker-row.ts'
import { membersStream, oneTimeline } from '../../src/cluster/checks/members-stream.ts'
import { oneLeader } from '../../src/cluster/checks/one-leader.ts'
import { vipHeldOnceCheck } from '../../src/cluster/checks/vip-held-once.ts'
import { fakeCluster, type FakeNode, leading, replicating } from '../support/fake-patroni.ts'

type Nodes = readonly [FakeNode, FakeNode, FakeNode]

interface Case {
  readonly check: Check
  readonly state: string
  readonly change?: (nodes: Nodes) => void
  readonly ok: boolean
  readonly summary: string
  readonly figures: Readonly<Record<string, unknown>>
}

/** What `GET /cluster` says of a member. */
const seen = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  name,
  role: 'replica',
  state: 'streaming',
  timeline: 1,
  ...more,
})
const leader = (name: string) => seen(name, { role: 'leader', state: 'running' })
const healthyView = [leader('n1'), seen('n2'), seen('n3')]

const cases: readonly Case[] = [
  {
    check: oneLeader,
    state: 'all members name the same',
    ok: true,
    summary: 'n1 leads',
    figures: { leader: 'n1', leaders: 1, asked: 3, answered: 3 },
  },
  {
    check: oneLeader,
    state: 'two members name different ones: a split',
    change: ([, , n3]) => {
      n3.cluster = [seen('n1'), seen('n2'), leader('n3')]
    },
    ok: false,
    summary: '2 leaders: n1, n3',
    figures: { leaders: 2, answered: 3 },
  },
  {
    check: oneLeader,
    state: 'nobody leads',
    change: (nodes) => {
      for (const node of nodes) node.cluster = [seen('n1'), seen('n2'), seen('n3')]
    },
    ok: false,
    summary: '0 leaders: none',
    figures: { leader: '', leaders: 0 },
  },
  {
    check: oneLeader,
    state: 'one member does not answer',
    change: ([, , n3]) => {
      n3.patroni = undefined
    },
    ok: false,
    summary: 'n1 leads; n3: n3 cannot connect to 198.18.1.13:8008: Connection refused',
    figures: { asked: 3, answered: 2 },
  },
  {
    check: oneLeader,
    state: 'one member sees none yet',
    change: ([, n2]) => {
      n2.cluster = [seen('n1')]
    },
    ok: false,
    summary: '1 leaders: n1',
    figures: { leaders: 1 },
  },
  {
    check: membersStream,
    state: 'all do',
    change: ([, n2]) => {
      n2.patroni = replicating(56)
    },
    ok: true,
    summary: '2 of 2 replicas stream; lag at most 56 bytes',
    figures: { members: 3, streaming: 2, 'lagBytes.n2': 56, 'lagBytes.n3': 0 },
  },
  {
    check: membersStream,
    state: 'one is being cloned',
    change: ([, , n3]) => {
      n3.patroni = { state: 'creating replica', role: 'replica' }
    },
    ok: false,
    summary: '1 of 2 replicas stream; lag at most 0 bytes; n3: creating replica',
    figures: { streaming: 1 },
  },
  {
    check: membersStream,
    state: 'nobody leads',
    change: ([n1]) => {
      n1.patroni = replicating()
    },
    ok: false,
    summary: '3 of 3 replicas stream',
    figures: { members: 3, streaming: 3 },
  },
  {
    check: membersStream,
    state: 'a stranger is in the cluster',
    change: ([n1]) => {
      n1.cluster = [...healthyView, seen('n9')]
    },
    ok: false,
    summary: '2 of 2 replicas stream; lag at most 0 bytes; n9 is in the cluster but not in the inventory',
    figures: { members: 3 },
  },
  {
    check: oneTimeline,
    state: 'all are on one',
    ok: true,
    summary: 'timeline 1',
    figures: { timelines: 1, timeline: 1 },
  },
  {
    check: oneTimeline,
    state: 'a former leader went its own way',
    change: ([n1]) => {
      n1.cluster = [leader('n1'), seen('n2', { timeline: 2 }), seen('n3')]
    },
    ok: false,
    summary: 'timelines 1, 2',
    figures: { timelines: 2 },
  },
  {
    check: oneTimeline,
    state: 'nobody says',
    change: (nodes) => {
      for (const node of nodes) node.patroni = undefined
    },
    ok: false,
    summary: 'timelines unknown',
    figures: { timelines: 0 },
  },
  {
    check: dcsQuorum,
    state: 'all servers know the same leader',
    ok: true,
    summary: '3 of 3 servers know a leader (quorum 2)',
    figures: { servers: 3, answering: 3, quorum: 2 },
  },
  {
    check: dcsQuorum,
    state: 'one server is silent: the margin is used up',
    change: ([, n2]) => {
      n2.consul = undefined
    },
    ok: false,
    summary:
      '2 of 3 servers know a leader (quorum 2); n2: n2 cannot connect to 127.0.0.1:8500: Connection refused',
    figures: { servers: 3, answering: 2, quorum: 2 },
  },
  {
    check: dcsQuorum,
    state: 'servers know different leaders',
    change: ([, n2]) => {
      n2.consul = '198.18.1.13:8300'
    },
    ok: false,
    summary: '3 of 3 servers know a leader (quorum 2), but not the same: 198.18.1.12:8300, 198.18.1.13:8300',
    figures: { answering: 3 },
  },
  {
    check: dcsQuorum,
    state: 'nobody is elected',
    change: (nodes) => {
      for (const node of nodes) node.consul = ''
    },
    ok: false,
    summary:
      '0 of 3 servers know a leader (quorum 2); n1: no leader (HTTP 200); n2: no leader (HTTP 200); n3: no leader (HTTP 200)',
    figures: { answering: 0 },
  },
  {
    check: vipHeldOnceCheck,
    state: 'one node holds it',
    ok: true,
    summary: 'n3 holds 198.18.1.100',
    figures: { vip: '198.18.1.100', holders: 1, holder: 'n3' },
  },
  {
    check: vipHeldOnceCheck,
    state: 'two nodes hold it',
    change: ([n1]) => {
      n1.holdsVip = true
    },
    ok: false,
    summary: 'n1 and n3 hold 198.18.1.100',
    figures: { holders: 2 },
  },
  {
    check: vipHeldOnceCheck,
    state: 'nobody holds it',
    change: ([, , n3]) => {
      n3.holdsVip = false
    },
    ok: false,
    summary: 'no node holds 198.18.1.100',
    figures: { holders: 0, holder: '' },
  },
]

describe('the check', () => {
  it.each(cases.map((one) => [one.check.name, one.state, one] as const))(
    '%s · %s',
    async (_, __, { check, change, ok, summary, figures }) => {
      const { cluster, nodes } = fakeCluster()
      const [n1, n2, n3] = nodes
      if (n1 === undefined || n2 === undefined || n3 === undefined) throw new Error('no nodes')
      change?.([n1, n2, n3])
      const found = await check.run(cluster)

      expect(found).toMatchObject({ ok, summary })
      expect(found.figures).toMatchObject(figures)
    },
  )

  it('DCS quorum · is not made for a DCS that is not ours', async () => {
    const { cluster } = fakeCluster()

    expect(await dcsQuorum.run({ ...cluster, dcsServers: [] })).toMatchObject({
      ok: true,
      figures: { servers: 0 },
    })
  })

  it('DCS quorum · does not speak for servers that this run does not contact', async () => {
    const { seenFrom } = fakeCluster()

    expect(await dcsQuorum.run(seenFrom('n1'))).toMatchObject({
      ok: false,
      summary:
        '1 of 3 servers know a leader (quorum 2); n2: not contacted in this run; n3: not contacted in this run',
    })
  })

  it('DCS quorum and VIP held once · count hosts that --limit leaves out as no fault, and the others as one', async () => {
    const { seenFrom } = fakeCluster()
    const limited = { ...seenFrom('n1'), outside: ['n2', 'n3'] }

    expect(await dcsQuorum.run(limited)).toMatchObject({
      ok: true,
      summary: '1 of 1 servers of --limit know a leader (quorum 2)',
    })
    expect(await vipHeldOnceCheck.run(limited)).toMatchObject({ ok: true })
    expect(await vipHeldOnceCheck.run({ ...limited, outside: [] })).toMatchObject({ ok: false })
    expect(await dcsQuorum.run({ ...limited, outside: ['n3'] })).toMatchObject({ ok: false })
  })

  it.each([haproxyRoutes, markerRow])(
    '$name · fails with the reason where SQL cannot be spoken',
    async (check) => {
      const found = await check.run(fakeCluster().cluster)

      expect(found.ok).toBe(false)
      expect(found.summary).toContain('Connection refused')
    },
  )
})

describe('running checks', () => {
  it('makes each claim about a healthy cluster once, side by side', async () => {
    const { cluster } = fakeCluster()
    const results = await runChecks(cluster)

    expect(results.map(({ check }) => check)).toEqual(checks.map(({ name }) => name))
    expect(results.filter(({ ok }) => ok).map(({ check }) => check)).toEqual([
      'one leader',
      'all members stream',
      'one timeline',
      'synchronous standbys',
      'DCS quorum',
      'VIP held once',
    ])
  })

  it('counts a check that cannot be made as failed, with the reason', async () => {
    const broken: Check = { name: 'broken', run: () => Promise.reject(new Error('no way')) }
    const fine: Check = { name: 'fine', run: () => Promise.resolve({ ok: true, summary: '', figures: {} }) }

    expect(await runChecks(fakeCluster().cluster, [broken, fine])).toEqual([
      { check: 'broken', ok: false, summary: 'no way', figures: {} },
      { check: 'fine', ok: true, summary: '', figures: {} },
    ])
  })

  it('never shows a password', async () => {
    const { cluster, nodes } = fakeCluster()
    for (const node of nodes) node.patroni = leading()

    expect(JSON.stringify([await runChecks(cluster), cluster.superuser, cluster.rest])).not.toMatch(/canary/)
  })
})
