import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { directory } from '../../src/resources/directory.ts'
import { file } from '../../src/resources/file.ts'
import { pythonVenvType } from '../../src/resources/python-venv.ts'
import { authorizedKeysType } from '../../src/resources/ssh/authorized-keys.ts'
import { timezoneType } from '../../src/resources/timezone.ts'
import { shells } from '../support/fake-connection.ts'
import { me, type Sandbox, sandbox, scriptOf } from './support.ts'

describe.each(shells)('contexts of SELinux, in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
    for (const name of ['restorecon', 'chcon'])
      node.program(name, `echo "${name} $*" >>${node.path('calls')}`)
    node.program('matchpathcon', 'echo system_u:object_r:etc_t:s0')
  })

  afterEach(() => node.close())

  const enforce = () => node.write('sys/fs/selinux/enforce', '1')
  const calls = () =>
    existsSync(node.path('calls')) ? readFileSync(node.path('calls'), 'utf8').replaceAll(node.root, '') : ''

  it('a new file gets that of its path before it is there, one that is replaced keeps its own', async () => {
    enforce()
    const wanted = (content: string) => [file({ ...me, path: node.path('etc/x'), content })]
    await node.apply(wanted('a'))
    expect(calls()).toMatch(/^chcon system_u:object_r:etc_t:s0 \/etc\/\.x\.pgha\.\w{6}\n$/)
    await node.apply(wanted('b'))
    expect(calls().split('\n')).toHaveLength(2)
  })

  it('a path that the policy does not know is written all the same', async () => {
    enforce()
    node.program('matchpathcon', 'exit 1')
    await node.apply([file({ ...me, path: node.path('etc/x'), content: 'a' })])
    expect(calls()).toBe('')
    expect(readFileSync(node.path('etc/x'), 'utf8')).toBe('a')
  })

  it('a new directory gets that of its path', async () => {
    enforce()
    await node.apply([directory({ ...me, path: node.path('srv/a') })])
    expect(calls()).toBe('restorecon -- /srv/a\n')
  })

  it('nothing is asked for on a node without SELinux', async () => {
    await node.apply([
      directory({ ...me, path: node.path('srv/a') }),
      file({ ...me, path: node.path('etc/x'), content: 'a' }),
    ])
    expect(calls()).toBe('')
  })

  it('a new ~/.ssh gets that of its path, one that is there keeps its own', async () => {
    enforce()
    const user = userInfo().username
    node.program('getent', `echo '${user}:x:0:0::${node.path('home')}:/bin/sh'`)
    node.write('home/.profile', '')
    const want = { user, keys: ['ssh-ed25519 AAAA a'], exclusive: false }
    const [, write] = authorizedKeysType.steps([
      { want, state: { lines: [] }, difference: { verb: 'create', summary: '' } },
    ])
    if (write === undefined) throw new Error('no step')
    const once = () => node.connection.run(write.script, { payloads: write.payloads ?? [] })
    expect(await once()).toMatchObject({ code: 0 })
    expect(calls()).toContain('restorecon -- /home/.ssh\n')
    await once()
    expect(calls().match(/restorecon/g)).toHaveLength(1)
  })

  it('a node whose restorecon is not installed is left as it is', async () => {
    enforce()
    const script = scriptOf(timezoneType, { zone: 'Etc/UTC' }, { zone: '', text: undefined })
    const line = script.split('\n').find((one) => one.includes('restorecon')) ?? ''
    expect(await node.connection.run(`PATH=/nowhere; ${line}`)).toMatchObject({ code: 0 })
    expect(await node.connection.run(line)).toMatchObject({ code: 0 })
    expect(calls()).toBe('restorecon -- /etc/localtime\n')
  })

  it('an environment of Python gets them as a whole, before it counts as made', () => {
    const want = { path: '/opt/patroni', program: 'patroni', requirements: ['a==1'], wheels: [] }
    const lines = scriptOf(pythonVenvType, want, undefined).split('\n')
    const relabelled = lines.findIndex((line) => line.includes('restorecon -R -- /opt/patroni'))
    expect(relabelled).toBeGreaterThan(lines.findIndex((line) => line.includes('install --force-reinstall')))
    expect(relabelled).toBeLessThan(lines.findIndex((line) => line.includes('>/opt/patroni/.pgha')))
  })
})
