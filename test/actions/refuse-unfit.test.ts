import { describe, expect, it } from 'vitest'

import { refuseUnfit } from '../../src/actions/refuse-unfit.ts'
import type { Change, Plan } from '../../src/engine/plan.ts'
import { failureOf } from '../support/failure.ts'
import { type FakeCluster, fakeCluster } from '../support/fake-patroni.ts'

function change(host: string, more: Partial<Change>): Change {
  return {
    ...{
      host,
      resource: '',
      kind: 'service',
      role: 'patroni',
      verb: 'start',
      summary: '',
      disruption: 'none',
    },
    ...more,
  }
}

const restart = change('n1', { kind: 'postgres', verb: 'restart', disruption: 'switchover' })
const corrected = change('n1', { kind: 'dcs-config', verb: 'update', disruption: 'reload' })
const tuned = change('n1', { kind: 'dcs-config', verb: 'update', disruption: 'none' })

function judge(fake: FakeCluster, ...changes: readonly Change[]): Promise<void> {
  const plan: Plan = { changes: [restart, ...changes], hosts: 3, resources: 3, restartOrder: 'n3, n1' }
  return refuseUnfit({ plan, cluster: fake.cluster })
}

/** PostgreSQL of a member does not start with what the DCS says; its Patroni answers. */
function stopped(fake: FakeCluster, host: string): FakeCluster {
  for (const node of fake.nodes) {
    if (node.host === host) node.patroni = { status: 503, body: { state: 'start failed', role: 'replica' } }
  }
  return fake
}

function silent(fake: FakeCluster, host: string): FakeCluster {
  for (const node of fake.nodes) if (node.host === host) node.patroni = undefined
  return fake
}

describe('a plan that restarts PostgreSQL', () => {
  it('goes on where all members stream', async () => {
    await judge(fakeCluster())
  })

  it('is refused while a member is down, and nothing of the plan brings it back', async () => {
    for (const fake of [stopped(fakeCluster(), 'n2'), silent(fakeCluster(), 'n2')]) {
      expect(await failureOf(judge(fake))).toMatchObject({ kind: 'refused' })
      expect(await failureOf(judge(fake, tuned))).toMatchObject({ kind: 'refused' })
      expect(await failureOf(judge(fake, change('n3', {})))).toMatchObject({ kind: 'refused' })
    }
  })

  it('goes on where it corrects the value that keeps a member from starting', async () => {
    await judge(stopped(fakeCluster(), 'n2'), corrected)
  })

  it('does not take a Patroni that is silent for one that a value stopped', async () => {
    expect((await failureOf(judge(silent(fakeCluster(), 'n2'), corrected))).message).toContain(
      'n2 is unreachable',
    )
  })

  it('goes on where it starts the Patroni that is down, or lets a member join', async () => {
    await judge(silent(fakeCluster(), 'n3'), change('n3', {}))
    await judge(silent(fakeCluster(['n1', 'n2', 'n3', 'n4']), 'n4'), change('n4', {}))
  })

  it('is refused without a leader, whatever it starts', async () => {
    const fake = silent(fakeCluster(), 'n1')
    expect((await failureOf(judge(fake, change('n1', {}), corrected))).message).toContain(
      'there is no leader',
    )
  })
})
