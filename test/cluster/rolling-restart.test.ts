import { describe, expect, it } from 'vitest'

import type { RestartStep } from '../../src/cluster/restart-plan.ts'
import { rollingRestart } from '../../src/cluster/rolling-restart.ts'
import type { Watch } from '../../src/cluster/waiting.ts'
import { stopIfAsked } from '../../src/engine/stop.ts'
import { failureOf } from '../support/failure.ts'
import { fakeCluster, obeying } from '../support/fake-patroni.ts'

const steps: readonly RestartStep[] = [
  { kind: 'restart', member: 'n2' },
  { kind: 'restart', member: 'n3' },
  { kind: 'switchover', member: 'n1' },
  { kind: 'restart', member: 'n1' },
]

/** What was done, in order; the operator asks to stop while `stopDuring` is done. */
function play(stopDuring = '') {
  const fake = obeying(fakeCluster())
  const stop = new AbortController()
  const log: string[] = []
  const watch: Watch = {
    begin: (_, what) => {
      if (what === stopDuring) stop.abort()
    },
    end: (_, what) => {
      log.push(what)
    },
    wait: () => undefined,
    mayGoOn: () => {
      stopIfAsked(stop.signal)
    },
  }
  const run = rollingRestart(fake.cluster, steps, watch)
  return { log, run, posts: () => fake.requests.filter(({ method }) => method === 'POST').length }
}

const all = ['restart PostgreSQL of n2', 'restart PostgreSQL of n3', 'switchover from n1 to n2']

describe('a rolling restart', () => {
  it('is replicas, a switchover, and no other restart of the former leader', async () => {
    const { log, run } = play()
    await run

    expect(log).toEqual(all)
  })

  it.each([
    ['a replica', all[0], 'n3, then switchover, n1'],
    ['the last replica', all[1], 'then switchover, n1'],
  ])('ends after %s when the operator asks for it, and says what is left', async (_, during, left) => {
    const { log, run, posts } = play(during)
    const error = await failureOf(run)

    expect(error.kind).toBe('interrupted')
    expect(error.context.hint).toBe(`not restarted yet: ${left}; run it again to go on`)
    expect(log.at(-1)).toBe(during)
    expect(posts()).toBe(log.length)
  })

  it('is whole when it is stopped during its last step', async () => {
    const { log, run } = play(all[2])
    await run

    expect(log).toEqual(all)
  })
})
