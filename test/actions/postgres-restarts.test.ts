import { describe, expect, it } from 'vitest'

import { restartMembers } from '../../src/actions/postgres-restarts.ts'
import type { RunOptions } from '../../src/actions/options.ts'
import { watchOf } from '../../src/actions/watch.ts'
import type { Change, Plan } from '../../src/engine/plan.ts'
import { postgresRestart } from '../../src/resources/postgres-restart.ts'
import { recordingConnection } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { type FakeCluster, fakeCluster, obeying } from '../support/fake-patroni.ts'
import { hosts, journal, runId, runOptions, surveyed } from './support.ts'

const psql = { path: 'psql', socketDir: '/run', port: 5432, user: 'postgres' }

function changeOn(host: string, disruption: Change['disruption']): Change {
  const resource = `postgres ${host}`
  return { host, resource, kind: 'postgres', role: 'patroni', verb: 'restart', summary: '', disruption }
}

/** Restarts those of three members that are due, as the plan knows them. */
async function play(
  plannedOn: readonly Change[],
  due: readonly string[],
  more: Partial<RunOptions> = {},
): Promise<{ readonly fake: FakeCluster; readonly run: Promise<readonly Change[]> }> {
  const fake = obeying(fakeCluster())
  const isPending = new Set(due)
  for (const node of fake.nodes) {
    if (isPending.has(node.host)) node.patroni = { ...(node.patroni as object), pending_restart: true }
  }
  const nodes = await Promise.all(
    hosts.map((one) => {
      const patroni = { ...one.vars.patroni, node_name: one.name }
      const host = { ...one, vars: { ...one.vars, patroni } }
      const want = { member: host.name, members: 3, url: 'http://n', psql, parameters: {} }
      const connection = recordingConnection((script) => {
        const nonce = /@([0-9a-f]{16}) end/.exec(script)?.[1] ?? ''
        const status = fake.nodes.find((node) => node.host === host.name)?.patroni
        return `\n@${nonce} 0\n${JSON.stringify(status)}\n@200 http://n/patroni\n\n@${nonce} 1\n@postgres\n\n@${nonce} end\n`
      }, host.name)
      return surveyed(host, connection, [{ ...postgresRestart(want), tags: ['patroni'] }])
    }),
  )
  const plan: Plan = { changes: plannedOn, hosts: 3, resources: 3, restartOrder: 'n2' }
  const { options } = runOptions(more)
  const context = { nodes, plan, cluster: fake.cluster, runId, options, journal: journal() }
  const connections = new Map(nodes.map(({ host, connection }) => [host.name, connection]))
  const watch = watchOf(options, { journal: context.journal, connections })
  return { fake, run: restartMembers(nodes, context, watch) }
}

const posts = ({ requests }: FakeCluster) =>
  requests.filter(({ method }) => method === 'POST').map(({ to, path }) => `${to} ${path}`)

describe('the restarts of a plan', () => {
  it('are done through Patroni, and told as they were due', async () => {
    const { fake, run } = await play([changeOn('n2', 'rolling-restart')], ['n2'])

    expect((await run).map(({ host, disruption }) => `${host} ${disruption}`)).toEqual(['n2 rolling-restart'])
    expect(posts(fake)).toEqual(['n2:8008 /restart'])
  })

  it('are not done, nor told as done, where nothing is due any more', async () => {
    const { fake, run } = await play([changeOn('n2', 'rolling-restart')], [])

    expect(await run).toEqual([])
    expect(posts(fake)).toEqual([])
  })

  it('are refused where the member leads by now and a switchover was not shown', async () => {
    const { fake, run } = await play([changeOn('n1', 'rolling-restart')], ['n1'])

    expect((await failureOf(run)).message).toContain('the plan is out of date')
    expect(posts(fake)).toEqual([])
  })

  it('are refused where they disturb more than is allowed', async () => {
    const { fake, run } = await play([changeOn('n1', 'switchover')], ['n1'], {
      maxDisruption: 'rolling-restart',
    })

    expect(await failureOf(run)).toMatchObject({ kind: 'refused', context: { host: 'n1' } })
    expect(posts(fake)).toEqual([])
  })

  it('end between two members when the operator asks for it', async () => {
    const stop = new AbortController()
    const planned = ['n2', 'n3'].map((host) => changeOn(host, 'rolling-restart'))
    const { fake, run } = await play(planned, ['n2', 'n3'], {
      stop: { signal: stop.signal, defer: () => undefined },
      emit: (event) => {
        if (event.kind === 'step-start') stop.abort()
      },
    })
    const error = await failureOf(run)

    expect(error).toMatchObject({ kind: 'interrupted' })
    expect(error.context.hint).toContain('not restarted yet: n3')
    expect(posts(fake)).toEqual(['n2:8008 /restart'])
  })
})
