import { mkdirSync, symlinkSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { absentData } from '../../src/resources/absent-data.ts'
import { absentMember } from '../../src/resources/absent-member.ts'
import { absentAgent, absentPeer } from '../../src/resources/consul-peer.ts'
import { noLeadership } from '../../src/resources/leadership.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { type Sandbox, sandbox } from './support.ts'

const url = 'http://198.18.1.11:8008'

describe.each(shells)('what leaves a cluster, in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
  })

  afterEach(() => node.close())

  it.each([
    ['200', 1],
    ['503', 0],
    ['000', 0],
  ])('leads when Patroni answers %s to GET /leader: %i differences', async (code, count) => {
    node.program('curl', `[ "$#" -gt 0 ] && printf 'L|${code}\\n'`, `[ ${code} != 000 ]`)
    const plan = await node.plan([noLeadership('pg_01', url)])
    expect(plan).toHaveLength(count)
    expect(plan.map(({ disruption }) => disruption)).toEqual(Array(count).fill('switchover'))
  })

  it('is a member until Patroni forgets it', async () => {
    // Thrice it is there: for the plan, and while it is waited for.
    node.program(
      'curl',
      `n=$(cat ${node.path('count')} 2>/dev/null || echo 0); echo $((n + 1)) >${node.path('count')}`,
      `[ "$n" -ge 3 ] || echo '{"members": [{"name": "pg_01"}, {"name": "pgx01"}]}'`,
    )
    node.program('sleep', ':')
    await node.apply([absentMember({ member: 'pg_01', url })])
    expect(await node.plan([absentMember({ member: 'pg_01', url })])).toEqual([])
  })

  it('is told from members of similar names', async () => {
    node.program('curl', `echo '{"members": [{"name": "pgx01"}, {"name": "pg_010"}]}'`)
    expect(await node.plan([absentMember({ member: 'pg.01', url })])).toEqual([])
    expect(await node.plan([absentMember({ member: 'pg_01', url })])).toEqual([])
  })

  describe('Consul', () => {
    beforeEach(() => {
      node.write('peers', 'n1 id1 198.18.1.11:8300 leader true 3\nn2 id2 198.18.1.12:8300 follower true 3\n')
      node.write('agents', 'n1 198.18.1.11:8301 alive server\nn2 198.18.1.12:8301 failed server\n')
      const [peers, agents] = [node.path('peers'), node.path('agents')]
      node.program(
        'consul',
        `echo "$*" >>${node.path('calls')}`,
        `case "$*" in`,
        `'operator raft list-peers') echo 'Node ID Address State Voter RaftProtocol'; cat ${peers};;`,
        `members) echo 'Node Address Status Type'; cat ${agents};;`,
        `'operator raft remove-peer -address=198.18.1.12:8300') sed -i /^n2/d ${peers};;`,
        `'force-leave -prune n2') sed -i /^n2/d ${agents};;`,
        `*) exit 1;; esac`,
      )
      node.program('sleep', ':')
    })

    const peer = { name: 'n2', isLost: false }

    it('loses a voter, and a name', async () => {
      const wanted = [absentPeer(peer), absentAgent(peer)]
      expect(await node.plan(wanted)).toMatchObject([
        { resource: 'dcs-peer n2', verb: 'remove', summary: 'voter 198.18.1.12:8300 of Consul' },
        { resource: 'dcs-agent n2', verb: 'remove' },
      ])
      await node.apply(wanted)
      expect(await node.plan(wanted)).toEqual([])
    })

    it('is waited for until it has a leader again', async () => {
      node.write(
        'peers',
        'n2 id2 198.18.1.12:8300 follower true 3\nn3 id3 198.18.1.13:8300 follower true 3\n',
      )
      const failure = await failureOf(node.apply([absentPeer(peer)]))
      expect(failure.context.evidence?.join()).toContain('Consul has no leader')
    })

    it('may have a server without a vote as long as its agent lives, which goes next', async () => {
      node.write('peers', 'n1 id1 198.18.1.11:8300 leader true 3\nn2 id2 198.18.1.12:8300 follower false 3\n')
      const resources = async () =>
        (await node.plan([absentPeer(peer), absentAgent(peer)])).map(({ resource }) => resource)
      expect(await resources()).toEqual(['dcs-peer n2', 'dcs-agent n2'])
      node.write('agents', 'n1 198.18.1.11:8301 alive server\nn2 198.18.1.12:8301 alive server\n')
      expect(await resources()).toEqual(['dcs-agent n2'])
    })

    it('keeps an agent that lives', async () => {
      node.program(
        'consul',
        `echo Node; [ "$*" = members ] && echo 'n2 198.18.1.12:8301 alive server'; [ "$*" = 'operator raft list-peers' ] && echo 'n1 id1 198.18.1.11:8300 leader true 3'; :`,
      )
      const failure = await failureOf(node.apply([absentAgent(peer)]))
      expect(failure.context.evidence?.join()).toContain('the Consul of n2 is still alive')
    })

    it('is nothing to do where it does not run', async () => {
      node.program('consul', 'exit 1')
      expect(await node.plan([absentPeer(peer), absentAgent(peer)])).toEqual([])
    })
  })

  it('loses its data, and what else is there stays', async () => {
    node.write('pg/data/base/1', 'x')
    node.write('pg/data/.hidden', 'x')
    node.write('pg/other', 'x')
    const wanted = [absentData(node.path('pg/data')), absentData(node.path('pg/none'))]
    expect(await node.plan(wanted)).toMatchObject([{ verb: 'delete' }])
    await node.apply(wanted)
    expect(node.list('pg')).toEqual(['other'])
    mkdirSync(node.path('pg/data'))
    expect(await node.plan(wanted)).toEqual([])
  })

  it.each(['/etc', '/bin', '/var/lib'])('keeps what is behind a link to %s', async (target) => {
    // Nothing of it is deleted even if the refusal were missing.
    node.program('find', ':')
    symlinkSync(target, node.path('data'))
    const failure = await failureOf(node.apply([absentData(node.path('data'))]))
    expect(failure.context.evidence?.join()).toContain(`${node.path('data')} leads to /`)
  })

  it('loses what is behind a link to a folder of data, and the link stays', async () => {
    node.write('disk/base/1', 'x')
    symlinkSync(node.path('disk'), node.path('data'))
    await node.apply([absentData(node.path('data'))])
    expect([node.list('disk'), node.list('data')]).toEqual([[], []])
  })
})

describe('a folder of the system is no data to delete', () => {
  it.each(['/', '/etc', '/srv', '//srv/', '/srv/.', '/usr/local/pgsql', '/var/lib', '/var/lib/postgresql/'])(
    '%s',
    (path) => {
      expect(() => absentData(path)).toThrow('is no folder of data')
    },
  )
})
