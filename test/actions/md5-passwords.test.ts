import { describe, expect, it } from 'vitest'

import { refuseMd5Passwords } from '../../src/actions/md5-passwords.ts'
import type { Change, Plan } from '../../src/engine/plan.ts'
import type { Event } from '../../src/engine/events.ts'
import { PghaError } from '../../src/shared/errors.ts'
import { hostsOf, inventory } from '../roles/support.ts'
import { recordingConnection } from '../support/fake-connection.ts'
import { fakeCluster } from '../support/fake-patroni.ts'
import { failureOf } from '../support/failure.ts'
import { surveyed } from './support.ts'

const changed = (resource: string, verb: Change['verb'], before = '') => ({
  ...{ resource, verb, text: { before, after: '' } },
})
const config = 'file /etc/patroni/patroni.yml'
const first = changed(config, 'create')
const restart = changed('service patroni', 'restart')

/** Looks at n1 and n2 of a plan with these changes on both; gives what was asked and said. */
async function look(
  changes: readonly Pick<Change, 'resource' | 'verb' | 'text'>[],
  answers: readonly (readonly string[] | Error)[],
  version = 15,
) {
  const hosts = hostsOf(inventory(`  postgresql: { version: ${version} }`)).slice(0, 2)
  const nodes = await Promise.all(hosts.map((host) => surveyed(host, recordingConnection([], host.name))))
  const plan: Plan = {
    changes: nodes.flatMap(({ host }) => changes.map((one) => ({ ...one, host: host.name }) as Change)),
    hosts: 2,
    resources: 2,
  }
  const [events, asked]: [Event[], string[]] = [[], []]
  const done = refuseMd5Passwords({
    ...{ nodes, plan, cluster: fakeCluster().cluster, emit: (event) => events.push(event) },
    ask: (_, { host }) => {
      const answer = answers[asked.push(host) - 1] ?? []
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve(answer.map((rolname) => ({ rolname })))
    },
  })
  return { done, asked, events }
}

describe('a take-over with passwords that are kept as md5', () => {
  it('is refused, by the names of the roles, with what to do', async () => {
    const { done, asked } = await look([first, restart], [['postgres', 'replicator']])
    const error = await failureOf(done)
    expect(error).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('kept as md5 (postgres, replicator)') as string,
      context: {
        host: 'n1',
        hint: expect.stringContaining("password_encryption = 'scram-sha-256'") as string,
      },
    })
    expect(asked).toEqual(['n1'])
  })

  it('is refused, too, where theirs has the name of ours, and its process needs no restart', async () => {
    const { done } = await look([changed(config, 'update', 'scope: theirs')], [['app']])
    expect((await failureOf(done)).message).toContain('(app)')
  })

  it('goes on when there are none, after one question', async () => {
    const { done, asked, events } = await look([first, restart], [[]])
    await done
    expect([asked, events]).toEqual([['n1'], []])
  })

  it('asks the next member where one does not answer, and says so', async () => {
    const { done, asked, events } = await look(
      [first, restart],
      [new PghaError('failed', 'no pg_hba.conf entry'), ['app']],
    )
    expect((await failureOf(done)).context.host).toBe('n2')
    expect(asked).toEqual(['n1', 'n2'])
    expect(events).toMatchObject([
      { kind: 'warning', text: expect.stringContaining('no pg_hba.conf') as string },
    ])
  })

  it.each([
    ['of a new cluster, which has no Patroni yet', [first, changed('service patroni', 'start')], 15],
    ['of a cluster of pgha', [changed(config, 'update', '# Written by pgha; …'), restart], 15],
    ['where md5 is all that the version has', [first, restart], 9.6],
  ] as const)('is not looked for: %s', async (_, changes, version) => {
    const { done, asked } = await look(changes, [['postgres']], version)
    await done
    expect(asked).toEqual([])
  })
})
