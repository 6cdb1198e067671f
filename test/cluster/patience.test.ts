import { describe, expect, it } from 'vitest'

import { explained, waitPatiently } from '../../src/cluster/patience.ts'
import { restartPostgres } from '../../src/cluster/patroni-calls.ts'
import { PghaError } from '../../src/shared/errors.ts'
import { fakeCluster } from '../support/fake-patroni.ts'
import { failureOf } from '../support/failure.ts'

/** A cluster whose DCS has no leader: the one cause that the fake can show. */
function ailing() {
  const fake = fakeCluster()
  for (const node of fake.nodes) node.consul = ''
  return fake
}

const never = {
  name: 'n2 is back',
  unit: 'patroni',
  timeoutMs: 20,
  intervalMs: 5,
  look: () => Promise.resolve({ done: false, waitingFor: 'n2, which is starting' } as const),
  onWait: () => undefined,
} as const

describe('waiting', () => {
  it('gives what was found', async () => {
    const look = () => Promise.resolve({ done: true, value: 7 } as const)
    expect(await waitPatiently(fakeCluster().cluster, { ...never, look })).toBe(7)
  })

  it('in vain names the cause that the doctor finds, and what to do', async () => {
    const error = await failureOf(waitPatiently(ailing().cluster, { ...never, hint: 'see status' }))

    expect(error.message).toBe('n2 is back: still waiting for n2, which is starting after 0.02 s')
    expect(error.context.evidence?.[0]).toMatch(/^DCS without quorum on n1: 0 of 3 Consul servers run/)
    expect(error.context.hint).toMatch(/^see status; start Consul on n1.*; then run the same command again$/)
  })

  it('in vain without a known cause quotes the journal of the host that is waited for', async () => {
    const { cluster, nodes } = fakeCluster()
    for (const node of nodes) node.journal = `FATAL: ${node.host}`
    const error = await failureOf(waitPatiently(cluster, { ...never, host: 'n2' }))

    expect(error.context).toMatchObject({ host: 'n2', evidence: ['n2 patroni: FATAL: n2'] })
  })
})

describe('a restart that Patroni refuses', () => {
  it('is explained by the doctor, after its own words', async () => {
    const { cluster, reply } = ailing()
    const [n1] = cluster.members
    if (n1 === undefined) throw new Error('no member')
    reply('/restart', { status: 503, body: 'restart failed' })
    const error = await failureOf(restartPostgres(cluster, n1))

    expect(error.message).toBe('Patroni of n1 says no to POST /restart')
    expect(error.context.evidence?.[0]).toBe('503: restart failed')
    expect(error.context.evidence?.[1]).toMatch(/^DCS without quorum/)
  })

  it('for a wrong password needs no doctor', async () => {
    const { cluster, reply, connections } = ailing()
    const [n1] = cluster.members
    if (n1 === undefined) throw new Error('no member')
    reply('/restart', { status: 401, body: 'no auth' })
    const error = await failureOf(restartPostgres(cluster, n1))

    expect(error.context.evidence).toEqual(['401: no auth'])
    expect(connections.get('n1')?.runs).toEqual([])
  })
})

it('an error keeps what it has when it is explained', async () => {
  const { cluster, nodes } = fakeCluster(['n1'])
  for (const node of nodes) node.journal = 'error one'
  const error = await explained(new PghaError('refused', 'no', { evidence: ['so'] }), cluster, 'patroni')
  expect(error).toMatchObject({ kind: 'refused', context: { evidence: ['so', 'n1 patroni: error one'] } })
})
