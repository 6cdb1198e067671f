import { afterEach, describe, expect, it, vi } from 'vitest'

import { runsOf } from '../../src/actions/history.ts'
import { recorded } from '../../src/actions/recorded.ts'
import type { RestartStep } from '../../src/cluster/restart-plan.ts'
import { rollingRestart } from '../../src/cluster/rolling-restart.ts'
import { parseRecord, type RunRecord } from '../../src/shared/run-record.ts'
import { failureOf } from '../support/failure.ts'
import { type FakeCluster, fakeCluster, obeying } from '../support/fake-patroni.ts'
import { runId, runOptions } from './support.ts'

const steps: readonly RestartStep[] = [
  { kind: 'restart', member: 'n2' },
  { kind: 'restart', member: 'n3' },
]

/** The records that a node was given, in order. */
function recordsOn(fake: FakeCluster, host: string): readonly RunRecord[] {
  const runs = fake.connections.get(host)?.runs ?? []
  return runs.flatMap(({ script }) => {
    const json = /^pgha_record '(.*)'$/m.exec(script)?.[1] ?? ''
    return parseRecord(json) ?? []
  })
}

/** `pgha restart --rolling`; gives the cluster, and the number of the step before which the process would have died. */
async function play(
  more: { readonly dieAt?: string; readonly breaks?: boolean; readonly silent?: string } = {},
) {
  vi.resetModules()
  vi.stubEnv('PGHA_TEST_DIE_AT', more.dieAt ?? '')
  const { watchOf } = await import('../../src/actions/watch.ts')
  const fake = obeying(fakeCluster())
  const deaths: string[] = []
  vi.spyOn(process, 'kill').mockImplementation(() => {
    const posts = fake.requests.filter(({ method }) => method === 'POST').map(({ to }) => to.slice(0, 2))
    deaths.push(posts.join(' '))
    return true
  })
  if (more.breaks === true) fake.reply('/restart', { status: 500, body: 'no' })
  const connections = new Map([...fake.connections].filter(([host]) => host !== more.silent))
  const { options } = runOptions({ command: 'restart --rolling --yes' })
  const run = recorded({ runId, site: { hosts: [] }, connections, planned: steps, options }, (journal) =>
    rollingRestart(fake.cluster, steps, watchOf(options, { journal, connections })),
  )
  return { fake, run, deaths }
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('an operation', () => {
  it('is in the history of the nodes that it touches: who, when, what, and its end', async () => {
    const { fake, run } = await play()
    await run
    const kept = ['n1', 'n2', 'n3'].flatMap((host) =>
      recordsOn(fake, host)
        .slice(-1)
        .map((record) => ({ host, record })),
    )

    expect(runsOf(kept)).toMatchObject([
      {
        ...{ id: runId, command: 'restart --rolling --yes', outcome: 'ok' },
        hosts: [
          { host: 'n2', step: { what: 'restart PostgreSQL of n2' } },
          { host: 'n3', step: { what: 'restart PostgreSQL of n3' } },
        ],
      },
    ])
  })

  it('has written what is left before a step begins, for whoever finds it dead', async () => {
    const { fake, run } = await play()
    await run
    const [begun, ended] = recordsOn(fake, 'n2')

    expect(begun).toMatchObject({ left: 'n3', step: { what: 'restart PostgreSQL of n2' } })
    expect(begun?.step.ended).toBeUndefined()
    expect(begun?.outcome).toBeUndefined()
    expect(ended?.step.code).toBe(0)
    expect(recordsOn(fake, 'n3')[0]?.left).toBeUndefined()
  })

  it('is recorded as failed where it fails, and elsewhere where its node is not reached', async () => {
    const broken = await play({ breaks: true })
    await failureOf(broken.run)
    expect(recordsOn(broken.fake, 'n2').at(-1)).toMatchObject({ outcome: 'failed', left: 'n3' })

    const apart = await play({ silent: 'n2' })
    await apart.run
    expect(recordsOn(apart.fake, 'n1')[0]?.step.what).toBe('restart PostgreSQL of n2')
  })

  it.each([
    ['1', 'n2'],
    ['1+', 'n2'],
    ['2', 'n2 n3'],
    ['2+', 'n2 n3'],
    ['3', undefined],
  ])('can be killed by a test at step %s', async (dieAt, posted) => {
    const { run, deaths } = await play({ dieAt })
    await run

    expect(deaths).toEqual(posted === undefined ? [] : [posted])
  })
})
