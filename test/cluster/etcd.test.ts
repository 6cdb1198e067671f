import { describe, expect, it } from 'vitest'

import { dcsQuorum } from '../../src/cluster/checks/dcs-quorum.ts'
import { dcsOf } from '../../src/cluster/dcs/index.ts'
import { dcsHasLeader, dcsServersVote } from '../../src/cluster/gates.ts'
import { fakeCluster, type Reply } from '../support/fake-patroni.ts'

// As etcd 3.5.16 of Debian 13 answers.
const status: Reply = {
  body: { header: { cluster_id: '1' }, version: '3.5.16', leader: '10501334649042878790', raftTerm: '2' },
}
const healthy: Reply = { body: { health: 'true', reason: '' } }
const initialize = Buffer.from('/service/main/initialize').toString('base64')

/** A fake cluster whose etcd answers so. */
function onEtcd(replies: Readonly<Record<string, Reply>>) {
  const fake = fakeCluster()
  for (const [path, reply] of Object.entries(replies)) fake.reply(path, reply)
  return { ...fake, cluster: { ...fake.cluster, dcs: 'etcd' as const } }
}

const good = { '/health': healthy, '/v3/maintenance/status': status }

describe('etcd', () => {
  it('has a leader whom all servers know', async () => {
    const { cluster } = onEtcd(good)
    expect(await dcsHasLeader.look(cluster)).toEqual({ done: true, value: 'member 10501334649042878790' })
    expect(await dcsServersVote.look(cluster)).toEqual({ done: true, value: '3 servers' })
    expect(await dcsQuorum.run(cluster)).toMatchObject({ ok: true, figures: { answering: 3, quorum: 2 } })
  })

  it('has none where the majority does not answer, whatever a server remembers', async () => {
    const { cluster } = onEtcd({ ...good, '/health': { status: 503, body: { health: 'false' } } })
    expect(await dcsHasLeader.look(cluster)).toMatchObject({ done: false })
    expect(await dcsServersVote.look(cluster)).toEqual({
      done: false,
      waitingFor: 'n1 (no leader (HTTP 503)) and n2 (no leader (HTTP 503)) and n3 (no leader (HTTP 503))',
    })
  })

  it('counts servers that the inventory does not know, wherever they are', async () => {
    const members = [
      { ID: '1', name: 'n1', clientURLs: ['http://198.18.1.11:2379'] },
      { ID: '2', name: 'old', clientURLs: ['http://198.18.1.99:2379'] },
      { ID: '3', name: 'n3', clientURLs: ['http://198.18.1.13:2379'], isLearner: true },
      { ID: '4' },
    ]
    const { cluster } = onEtcd({ ...good, '/v3/cluster/member/list': { body: { members } } })
    expect(await dcsServersVote.look(cluster)).toEqual({
      done: false,
      waitingFor:
        'old (n1 cannot connect to 198.18.1.99:2379: Connection refused) and a new one (has not started yet) and n3 (does not vote yet)',
    })
  })

  it('is seen beyond the nodes of this run', async () => {
    const { cluster, nodes, seenFrom } = onEtcd(good)
    for (const node of nodes.slice(2)) node.consul = undefined
    expect(await dcsServersVote.look({ ...cluster, connections: seenFrom('n1', 'n2').connections })).toEqual({
      done: false,
      waitingFor: 'n3 (n1 cannot connect to 198.18.1.13:2379: Connection refused)',
    })
  })

  it('of EL 7 has its gateway at another place', async () => {
    const { cluster } = onEtcd({ '/health': healthy, '/v3beta/maintenance/status': status })
    expect(await dcsHasLeader.look(cluster)).toMatchObject({ done: true })
  })

  it.each([
    [
      'the key is there',
      { body: { header: {}, kvs: [{ key: initialize, value: 'NzcxMQ==' }], count: '1' } },
      true,
    ],
    ['no such key', { body: { header: {} } }, false],
    ['an error', { status: 500, body: { error: 'etcdserver: no leader' } }, undefined],
  ] as const)('knows whether there is a cluster: %s', async (_, reply, known) => {
    const { cluster, requests } = onEtcd({ '/v3/kv/range': reply })
    expect(await dcsOf(cluster).isInitialized(cluster, '/service')).toBe(known)
    expect(JSON.parse(requests.at(-1)?.body ?? '')).toEqual({ key: initialize })
  })
})
