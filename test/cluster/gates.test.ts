import { describe, expect, it } from 'vitest'

import {
  clusterHasLeader,
  dcsHasLeader,
  type Gate,
  openGate,
  replicasStream,
  vipHeldOnce,
} from '../../src/cluster/gates.ts'
import type { Cluster } from '../../src/cluster/cluster.ts'
import { fakeCluster, type FakeNode, leading, replicating } from '../support/fake-patroni.ts'
import { failureOf } from '../support/failure.ts'

const cloning = { state: 'creating replica', role: 'replica' }
type Change = (node: FakeNode, index: number) => void

/** What a gate finds in a cluster of three after `change`. */
async function look(gate: Gate, change: Change = () => undefined, hosts?: readonly string[]) {
  const { cluster, nodes, seenFrom } = fakeCluster()
  for (const [index, node] of nodes.entries()) change(node, index)
  return gate.look(hosts === undefined ? cluster : seenFrom(...hosts))
}

const silent: Change = (node) => {
  node.patroni = undefined
}

describe('the gate', () => {
  it.each([
    [
      'DCS: one agent knows a leader',
      dcsHasLeader,
      (node: FakeNode, index: number) => {
        if (index > 0) node.consul = undefined
      },
      '198.18.1.12:8300',
    ],
    ['leader: there is one', clusterHasLeader, undefined, 'n1'],
    ['replicas: all stream', replicasStream, undefined, 'n1: running, n2: streaming, n3: streaming'],
    ['VIP: one node holds it', vipHeldOnce, undefined, 'n3'],
  ] as const)('opens · %s', async (_, gate, change, value) => {
    expect(await look(gate, change)).toEqual({ done: true, value })
  })

  it.each([
    [
      'DCS: agents without a leader',
      dcsHasLeader,
      (node: FakeNode) => {
        node.consul = ''
      },
      'an elected leader among 3 servers (no leader (HTTP 200))',
    ],
    [
      'DCS: nobody listens',
      dcsHasLeader,
      (node: FakeNode) => {
        node.consul = undefined
      },
      'an elected leader among 3 servers (n1 cannot connect to 127.0.0.1:8500: Connection refused)',
    ],
    [
      'leader: all are replicas',
      clusterHasLeader,
      (node: FakeNode) => {
        node.patroni = replicating()
      },
      'a running leader (n1: streaming, n2: streaming, n3: streaming)',
    ],
    [
      'leader: it only starts',
      clusterHasLeader,
      (node: FakeNode, index: number) => {
        node.patroni = index === 0 ? { ...leading(), state: 'starting' } : cloning
      },
      'a running leader (n1: starting, n2: creating replica, n3: creating replica)',
    ],
    [
      'leader: nobody answers',
      clusterHasLeader,
      silent,
      'a running leader (n1: unreachable, n2: unreachable, n3: unreachable)',
    ],
    [
      'replicas: one is being cloned',
      replicasStream,
      (node: FakeNode, index: number) => {
        if (index === 2) node.patroni = cloning
      },
      'n3: creating replica to stream',
    ],
    [
      'VIP: nobody holds it',
      vipHeldOnce,
      (node: FakeNode) => {
        node.holdsVip = false
      },
      'one holder of 198.18.1.100 (no node holds it)',
    ],
    [
      'VIP: two hold it',
      vipHeldOnce,
      (node: FakeNode) => {
        node.holdsVip = node.host !== 'n1'
      },
      'one holder of 198.18.1.100 (n2 and n3 hold it)',
    ],
  ] as const)('says what it waits for · %s', async (_, gate, change, waitingFor) => {
    expect(await look(gate, change)).toEqual({ done: false, waitingFor })
  })

  it('of a DCS that is not ours is open', async () => {
    const { cluster } = fakeCluster()

    expect(await dcsHasLeader.look({ ...cluster, dcsServers: [] })).toEqual({
      done: true,
      value: 'the DCS is not ours',
    })
  })

  it('of replicas does not wait for members that this run does not contact: they may not exist', async () => {
    const isGone: Change = (node, index) => {
      if (index === 2) node.patroni = undefined
    }

    expect(await look(replicasStream, isGone, ['n1', 'n2'])).toMatchObject({ done: true })
    expect(await look(replicasStream, isGone)).toEqual({
      done: false,
      waitingFor: 'n3: unreachable to stream',
    })
  })

  it('of the leader looks beyond the nodes of this run', async () => {
    expect(await look(clusterHasLeader, undefined, ['n3'])).toEqual({ done: true, value: 'n1' })
  })

  it('of the VIP is open under --limit when its holder may be elsewhere', async () => {
    expect(await look(vipHeldOnce, undefined, ['n1'])).toEqual({
      done: true,
      value: 'a node that this run does not contact',
    })
  })
})

describe('waiting at a gate', () => {
  const quick = (gate: Gate): Gate => ({ ...gate, timeoutMs: 30 })
  const ignore = () => undefined

  it('ends with what was found, and tells meanwhile what it waits for', async () => {
    const { cluster, nodes } = fakeCluster()
    const [first] = nodes
    const told: string[] = []
    if (first !== undefined) first.patroni = cloning
    const found = await openGate(clusterHasLeader, cluster, (gate, waitingFor) => {
      told.push(`${gate.name}: ${waitingFor}`)
      if (first !== undefined) first.patroni = leading()
    })

    expect(found).toBe('n1')
    expect(told).toEqual([
      'the cluster has a leader: a running leader (n1: creating replica, n2: streaming, n3: streaming)',
    ])
  })

  it('in vain quotes the lines of the journals that name the cause', async () => {
    const { cluster, nodes } = fakeCluster(['n1', 'n2'])
    const [first, second] = nodes
    if (first === undefined || second === undefined) throw new Error('no nodes')
    first.patroni = cloning
    first.journal = [
      '2026-11-22 19:38:24,937 INFO: no action. I am (n1), a secondary, and following a leader (n2)',
      'FATAL:  could not connect to the primary server: no pg_hba.conf entry for replication',
      'FATAL:  could not connect to the primary server: no pg_hba.conf entry for replication',
      `ERROR: ${'x'.repeat(500)}`,
      '',
    ].join('\n')
    second.journal = 'one\ntwo\n'
    const error = await failureOf(openGate(quick(replicasStream), cluster, ignore))

    expect(error).toMatchObject({
      kind: 'failed',
      message: 'all replicas stream: still waiting for n1: creating replica to stream after 0.03 s',
      context: {
        evidence: [
          'n1 patroni: FATAL:  could not connect to the primary server: no pg_hba.conf entry for replication',
          `n1 patroni: ERROR: ${'x'.repeat(233)}`,
          'n2 patroni: one',
          'n2 patroni: two',
        ],
      },
    })
    expect(error.context.hint).toBeDefined()
  })

  it('in vain asks the unit of the gate, and at most its last lines', async () => {
    const { cluster, nodes, connections } = fakeCluster(['n1'])
    for (const node of nodes) {
      node.holdsVip = false
      node.journal = Array.from({ length: 50 }, (_, n) => `error ${n}`).join('\n')
    }
    const error = await failureOf(openGate(quick(vipHeldOnce), cluster, ignore))

    expect(connections.get('n1')?.runs.at(-1)?.script).toMatch(/^journalctl .*-u keepalived$/)
    expect(error.context.evidence).toEqual(
      Array.from({ length: 8 }, (_, n) => `n1 keepalived: error ${n + 42}`),
    )
  })

  it('in vain is still told when a node cannot show its journal any more', async () => {
    const { cluster, nodes } = fakeCluster(['n1', 'n2'])
    for (const node of nodes) node.patroni = undefined
    const broken: Cluster = {
      ...cluster,
      connections: new Map(
        [...cluster.connections].map(([host, connection]) => [
          host,
          host === 'n1'
            ? { ...connection, run: () => Promise.reject(new Error('connection lost')) }
            : connection,
        ]),
      ),
    }
    const error = await failureOf(openGate(quick(clusterHasLeader), broken, ignore))

    expect(error.message).toContain('the cluster has a leader: still waiting for')
    expect(error.context.evidence).toEqual(['n1 patroni: its journal cannot be read: connection lost'])
  })
})
