import { describe, expect, it } from 'vitest'

import { cloneLost, withClones } from '../../src/actions/drill-mend.ts'
import type { Arena } from '../../src/drill/arena.ts'
import type { Trial } from '../../src/drill/result.ts'
import { type FakeCluster, fakeCluster, replicating } from '../support/fake-patroni.ts'

/** What mending uses of an arena; gives what was told. */
function arenaOf({ cluster }: FakeCluster) {
  const told: string[] = []
  const arena: Pick<Arena, 'cluster' | 'tell'> = { cluster, tell: (text) => told.push(text) }
  return { arena, told }
}

const notStreaming = { ...replicating(), replication_state: 'in archive recovery' }

describe('a replica that does not come back by itself', () => {
  it('is cloned anew by its own Patroni, and only it', async () => {
    const fake = fakeCluster()
    const [, second] = fake.nodes
    if (second !== undefined) second.patroni = notStreaming
    fake.reply('/reinitialize', { body: 'reinitialize started' })
    const { arena, told } = arenaOf(fake)

    expect(await cloneLost(arena)).toEqual(['n2'])
    const sent = fake.requests.filter(({ method }) => method === 'POST')
    expect(sent.map(({ to, path, body }) => [to, path, body])).toEqual([
      ['n2:8008', '/reinitialize', '{"force":true}'],
    ])
    expect(told).toEqual(['n2 did not come back by itself and is cloned anew'])
  })

  it('that refuses is told, and does not count', async () => {
    const fake = fakeCluster()
    const [, second] = fake.nodes
    if (second !== undefined) second.patroni = notStreaming
    fake.reply('/reinitialize', { status: 503, body: 'no leader' })
    const { arena, told } = arenaOf(fake)

    expect(await cloneLost(arena)).toEqual([])
    expect(told).toEqual([expect.stringContaining('n2 could not be cloned anew')])
  })

  it('is none in a healthy cluster', async () => {
    const fake = fakeCluster()
    expect(await cloneLost(arenaOf(fake).arena)).toEqual([])
    expect(fake.requests.filter(({ method }) => method === 'POST')).toEqual([])
  })
})

describe('the round after which members were cloned', () => {
  const trial: Trial = {
    ...{ fault: 'leader-deaf', what: 'x', round: 1, holdSeconds: 30, bounds: undefined },
    bound: { seconds: 1, formula: 'T', values: '1', tightened: undefined },
    rounded: { kind: 'not tested', reason: 'not measured here' },
    assessment: { verdict: 'fail', reasons: [], notes: ['first'] },
  }

  it('says so after its other remarks', () => {
    expect(withClones(trial, ['n2', 'n3']).assessment?.notes).toEqual([
      'first',
      'by itself n2 and n3 did not come back: cloned anew (--reinit)',
    ])
  })

  it('says so beside the reason why it could not be judged', () => {
    const broken = { kind: 'broken', victims: ['n1'], reason: 'nobody leads' } as const
    const round: Trial = { ...trial, rounded: broken, assessment: undefined }
    expect(withClones(round, ['n1']).rounded).toEqual({
      ...broken,
      reason: 'nobody leads; by itself n1 did not come back: cloned anew (--reinit)',
    })
  })

  it('stays as it is when none was', () => {
    expect(withClones(trial, [])).toEqual(trial)
  })
})
