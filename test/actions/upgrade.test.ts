import { describe, expect, it } from 'vitest'

import { upgradeNodes } from '../../src/actions/upgrade.ts'
import type { NodeUpgrades } from '../../src/actions/upgrades-of.ts'
import { watchOf } from '../../src/actions/watch.ts'
import { failureOf } from '../support/failure.ts'
import { fakeCluster, obeying } from '../support/fake-patroni.ts'
import { journal, runOptions } from './support.ts'

function node(host: string): NodeUpgrades {
  const rest = { packages: [{ name: 'haproxy', from: '1', to: '2' }], units: ['haproxy.service'] }
  return { host, family: 'debian', dcs: { packages: [], units: [] }, rest, stopsPostgres: false }
}

describe('an upgrade', () => {
  it('ends between two nodes when the operator asks for it, and says which are left', async () => {
    const fake = obeying(fakeCluster())
    const stop = new AbortController()
    const { options, events } = runOptions({
      stop: { signal: stop.signal, defer: () => undefined },
      emit: (event) => {
        events.push(event)
        if (event.kind === 'step-start') stop.abort()
      },
    })
    const watch = watchOf(options, { journal: journal(), connections: fake.cluster.connections })
    const nodes = [node('n3'), node('n2'), node('n1')]
    const error = await failureOf(upgradeNodes(nodes, { cluster: fake.cluster, watch }))

    expect(error.kind).toBe('interrupted')
    expect(error.context.hint).toBe('not upgraded yet: n2, n1; run pgha upgrade --minor again to go on')
    expect(events.flatMap((event) => (event.kind === 'step-end' ? [event.host] : []))).toEqual(['n3'])
  })
})
