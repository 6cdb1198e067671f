import { describe, expect, it } from 'vitest'

import { refuseDisturbing, refuseFragileDcs } from '../../src/actions/fit-dcs.ts'
import { dcsCanSpare, dcsServersVote } from '../../src/cluster/gates.ts'
import type { Plan } from '../../src/engine/plan.ts'
import type { Verb } from '../../src/engine/resource.ts'
import { fakeCluster, type FakeNode } from '../support/fake-patroni.ts'
import { failureOf } from '../support/failure.ts'

type Change = (n3: FakeNode) => void
const isDead: Change = (n3) => {
  n3.consul = undefined
}

/** Three servers of Consul, of which something is wrong with the third. */
function withThird(change: Change) {
  const fake = fakeCluster()
  for (const node of fake.nodes.slice(2)) change(node)
  return fake
}

const planOf = (...verbs: readonly (readonly [host: string, verb: Verb])[]): Plan => ({
  hosts: 3,
  resources: 3,
  changes: verbs.map(([host, verb]) => ({
    ...{ host, verb, resource: 'service consul', kind: 'service', role: 'consul', summary: '' },
    disruption: 'restart-service',
  })),
})

describe('all servers of Consul', () => {
  it.each<readonly [string, Change, string]>([
    ['one is dead', isDead, 'n3 (is down)'],
    ['one does not vote yet', (n3) => (n3.isVoter = false), 'n3 (does not vote)'],
    ['one has not joined', (n3) => (n3.isVoter = 'unknown'), 'n3 (is no server of its raft)'],
  ])('%s: named, also when this run does not contact it', async (_, change, waitingFor) => {
    const { cluster, seenFrom } = withThird(change)
    const limited = seenFrom('n1', 'n2')

    for (const seen of [cluster, limited, seenFrom('n2')])
      expect(await dcsServersVote.look(seen)).toEqual({ done: false, waitingFor })
    expect(await dcsCanSpare('n1').look(limited)).toEqual({ done: false, waitingFor })
    expect(await dcsCanSpare('n3').look(limited)).toMatchObject({ done: true })
  })

  it('vote', async () => {
    const { cluster, seenFrom } = fakeCluster()
    for (const seen of [cluster, seenFrom('n1'), { ...cluster, dcs: 'consul' as const }])
      expect(await dcsServersVote.look(seen)).toEqual({ done: true, value: '3 servers' })
  })

  it('count those that its raft knows and the inventory does not', async () => {
    const { cluster } = withThird(isDead)
    const two = { ...cluster, dcsServers: cluster.dcsServers.slice(0, 2) }
    expect(await dcsServersVote.look(two)).toEqual({ done: false, waitingFor: 'n3 (is down)' })
  })

  it('without a leader are named one by one', async () => {
    const { cluster, nodes } = fakeCluster()
    for (const node of nodes) node.consul = node.host === 'n1' ? '' : undefined
    expect(await dcsServersVote.look(cluster)).toEqual({
      done: false,
      waitingFor:
        'n1 (no leader (HTTP 200)) and n2 (n2 cannot connect to 127.0.0.1:8500: Connection refused) and n3 (n3 cannot connect to 127.0.0.1:8500: Connection refused)',
    })
  })

  it('of somebody else are not looked at', async () => {
    const { cluster } = withThird(isDead)
    expect(await dcsServersVote.look({ ...cluster, dcsServers: [] })).toMatchObject({ done: true })
    await expect(refuseDisturbing({ ...cluster, dcsServers: [] }, ['n1'])).resolves.toBeUndefined()
  })
})

describe('a plan that restarts servers of the DCS', () => {
  it('is refused while another one is down, and told which', async () => {
    const { seenFrom } = withThird(isDead)
    const plan = planOf(['n1', 'restart'], ['n2', 'restart'])
    const error = await failureOf(refuseFragileDcs({ plan, cluster: seenFrom('n1', 'n2') }))

    expect(error).toMatchObject({
      kind: 'refused',
      message: 'Consul cannot spare n1 now: still waiting for n3 (is down)',
    })
  })

  it.each<readonly [string, Plan]>([
    ['only reloads', planOf(['n1', 'reload'], ['n2', 'reload'])],
    ['starts the one that is down', planOf(['n1', 'restart'], ['n3', 'start'])],
    ['restarts only the one that does not vote', planOf(['n3', 'restart'])],
    ['restarts an agent that is no server', planOf(['n9', 'restart'])],
  ])('goes on when it %s', async (_, plan) => {
    const { cluster } = withThird(isDead)
    await expect(refuseFragileDcs({ plan, cluster })).resolves.toBeUndefined()
  })

  it('goes on when all vote', async () => {
    const { cluster } = fakeCluster()
    await expect(
      refuseFragileDcs({ plan: planOf(['n1', 'restart'], ['n2', 'restart']), cluster }),
    ).resolves.toBeUndefined()
  })
})
