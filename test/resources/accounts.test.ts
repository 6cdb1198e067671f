import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { groupType, systemGroup } from '../../src/resources/group.ts'
import { systemUser, userType, type UserWant } from '../../src/resources/user.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { type Sandbox, sandbox } from './support.ts'

const want: UserWant = {
  name: 'keepalived_script',
  home: '/nonexistent',
  shell: '/usr/sbin/nologin',
  group: 'keepalived_script',
}

describe('a user', () => {
  it.each([
    ['is made when it is not there', undefined, { verb: 'create', summary: 'system user' }],
    [
      'is left as it is when it is there as wanted',
      { home: '/nonexistent', shell: '/usr/sbin/nologin' },
      undefined,
    ],
    [
      'is left as it is with another home and shell: both may be in use',
      { home: '/var/lib/postgresql', shell: '/bin/bash' },
      undefined,
    ],
  ] as const)('%s', (_, state, difference) => {
    expect(userType.diff(want, state)).toEqual(difference)
  })

  it('is found in what getent of Debian 12 says', () => {
    const printed = `postgres:x:103:105:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
keepalived_script:x:999:997::/nonexistent:/usr/sbin/nologin
`
    const names = ['keepalived_script', 'postgres', 'keepalived', 'post']

    expect(
      userType.parse(
        printed,
        names.map((name) => ({ ...want, name })),
      ),
    ).toEqual([
      { home: '/nonexistent', shell: '/usr/sbin/nologin' },
      { home: '/var/lib/postgresql', shell: '/bin/bash' },
      undefined,
      undefined,
    ])
  })
})

describe('a group', () => {
  it.each([
    ['is made when it is not there', false, { verb: 'create', summary: 'system group' }],
    ['has nothing to be done when it is there, whoever is in it', true, undefined],
  ] as const)('%s', (_, state, difference) => {
    expect(groupType.diff({ name: 'consul' }, state)).toEqual(difference)
  })

  it('is found by its whole name', () => {
    const names = ['consul', 'cons', 'x']

    expect(
      groupType.parse(
        'consul:x:103:\n',
        names.map((name) => ({ name })),
      ),
    ).toEqual([true, false, false])
  })
})

describe.each(shells)('accounts in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
    node.write('passwd', '')
    node.write('group', '')
    const [passwd, group, calls] = ['passwd', 'group', 'calls'].map((name) => node.path(name))
    node.program(
      'getent',
      `case $1 in passwd) f='${passwd}' ;; *) f='${group}' ;; esac; shift`,
      `code=0; for n; do grep "^$n:" "$f" || code=2; done; exit $code`,
    )
    node.program(
      'groupadd',
      `echo "groupadd $*" >>'${calls}'; for n; do :; done; echo "$n:x:1:" >>'${group}'`,
    )
    node.program(
      'useradd',
      `echo "useradd $*" >>'${calls}'; [ ! -e '${node.path('broken')}' ] || { echo "useradd: cannot lock" >&2; exit 1; }`,
      `for n; do :; done; echo "$n:x:1:1::/h:/s" >>'${passwd}'`,
    )
  })

  afterEach(() => node.close())

  const calls = async () =>
    (await node.connection.run(`cat '${node.path('calls')}'`)).stdout.trimEnd().split('\n')

  it('are made with their group, and then nothing is to do', async () => {
    await node.apply([systemUser({ name: 'keepalived_script' })])

    expect(await calls()).toEqual([
      'groupadd --system keepalived_script',
      'useradd --system --gid keepalived_script --home-dir /nonexistent --shell /usr/sbin/nologin keepalived_script',
    ])
    expect(await node.plan([systemUser({ name: 'keepalived_script' })])).toEqual([])
  })

  it('take a group that is there already', async () => {
    await node.apply([systemGroup('pg')])
    await node.apply([systemUser({ name: 'pooler', group: 'pg' })])

    expect((await calls()).map((call) => call.split(' ')[0])).toEqual(['groupadd', 'useradd'])
  })

  it('that cannot be made are an error, and the next run makes them', async () => {
    node.write('broken', '')
    const error = await failureOf(node.apply([systemUser({ name: 'a' })]))
    expect(error.context).toMatchObject({ resource: 'user a', evidence: ['useradd: cannot lock'] })

    await node.connection.run(`rm '${node.path('broken')}'`)
    expect(await node.apply([systemUser({ name: 'a' })])).toHaveLength(1)
  })
})
