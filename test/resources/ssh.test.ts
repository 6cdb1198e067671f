import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { FileState } from '../../src/resources/file.ts'
import { authorizedKeysType } from '../../src/resources/ssh/authorized-keys.ts'
import { blockIn, withBlock } from '../../src/resources/ssh/block.ts'
import { armRevert, keepLogins, takeBackLogins } from '../../src/resources/ssh/revert.ts'
import {
  sshdSettings,
  sshdSettingsType,
  type SshdSettingsWant,
} from '../../src/resources/ssh/sshd-settings.ts'
import { shells } from '../support/fake-connection.ts'
import { type Sandbox, sandbox } from './support.ts'

describe('a block of pgha in a file of others', () => {
  const theirs = 'Port 22\nMatch User ann\n  X11Forwarding yes\n'

  it('comes first, since the first value of a keyword counts', () => {
    expect(withBlock(theirs, 'Port 23\n')).toBe(`# BEGIN pgha\nPort 23\n# END pgha\n${theirs}`)
  })

  it('is read back, replaced, and leaves the rest alone', () => {
    const once = withBlock(theirs, 'Port 23\n')
    expect(blockIn(once)).toBe('Port 23\n')
    expect(withBlock(once, 'Port 24\n')).toBe(`# BEGIN pgha\nPort 24\n# END pgha\n${theirs}`)
  })

  it('is not there in a file of others', () => {
    expect(blockIn(theirs)).toBeUndefined()
  })
})

const wantOf = (isDropIn: boolean) =>
  sshdSettings({ content: 'MaxAuthTries 4\n', unit: 'ssh.service', isDropIn }).want as SshdSettingsWant

const found = { type: 'file', mode: '0600', owner: 'root', group: 'root' } as const
const stateWith = (content: string): FileState => ({ found, sha256: 'other', content })

describe('settings of the SSH server', () => {
  it.each([
    [true, '/etc/ssh/sshd_config.d/00-pgha.conf'],
    [false, '/etc/ssh/sshd_config'],
  ])('with drop-ins %s go to %s', (isDropIn, path) => {
    expect(wantOf(isDropIn).path).toBe(path)
  })

  it('differ in a file of others when the block does, whatever is around it', () => {
    const want = wantOf(false)
    expect(sshdSettingsType.diff(want, stateWith('Port 22\n'))).toMatchObject({ verb: 'create' })
    expect(sshdSettingsType.diff(want, stateWith(withBlock('Port 22\n', 'MaxAuthTries 5\n')))).toMatchObject({
      verb: 'update',
      text: { before: 'MaxAuthTries 5\n', after: 'MaxAuthTries 4\n' },
    })
    expect(sshdSettingsType.diff(want, stateWith(withBlock('Port 22\n', 'MaxAuthTries 4\n')))).toBeUndefined()
  })

  it.each([true, false])(
    'are taken back unless proved, then written, then read by sshd (drop-in %s)',
    (isDropIn) => {
      const want = wantOf(isDropIn)
      const state = stateWith('Port 22\n')
      const difference = { verb: 'update', summary: '' } as const
      const steps = sshdSettingsType.steps([{ want, state, difference }])
      expect(steps.map(({ what }) => what)).toEqual([
        `let the node take back ${want.path} in 60 s, should no new login work`,
        `write ${want.path}`,
        'systemctl reload ssh.service',
      ])
      expect(steps[1]?.script).toContain(`'sshd -t -f "$F"'`)
      const written = steps[1]?.payloads?.[0]?.content.toString()
      expect(written).toBe(isDropIn ? 'MaxAuthTries 4\n' : withBlock('Port 22\n', 'MaxAuthTries 4\n'))
    },
  )
})

const [ann, bob] = ['ssh-ed25519 AAAAann ann', 'ssh-ed25519 AAAAbob bob']

describe('keys of a user', () => {
  it.each([
    ['one more', false, [bob], { verb: 'update', summary: '1 more' }],
    ['another in its place', true, [bob], { verb: 'update', summary: '1 more, 1 less' }],
    ['none so far', false, [], { verb: 'create', summary: '1 more' }],
    ['others beside it', false, [bob, ann], undefined],
    ['only it', true, [ann], undefined],
  ] as const)('are %s (exclusive %s)', (_, exclusive, lines, difference) => {
    const want = { user: 'root', keys: [ann], exclusive }
    const found = authorizedKeysType.diff(want, { lines })
    if (difference === undefined) expect(found).toBeUndefined()
    else expect(found).toMatchObject(difference)
  })

  it('are written after those that stay', () => {
    const want = { user: 'root', keys: [ann], exclusive: false }
    const state = { lines: [bob] }
    const steps = authorizedKeysType.steps([{ want, state, difference: { verb: 'update', summary: '' } }])
    expect(steps[1]?.payloads?.[0]?.content.toString()).toBe(`${bob}\n${ann}\n`)
  })

  it('of a user who is not there are said to wait for him', () => {
    const want = { user: 'postgres', keys: [ann], exclusive: false }
    expect(authorizedKeysType.diff(want, undefined)?.summary).toBe('1 more; the user is not there yet')
  })

  it('are read for real', () => {
    const home = mkdtempSync(join(tmpdir(), 'pgha-keys-'))
    mkdirSync(join(home, '.ssh'))
    writeFileSync(join(home, '.ssh/authorized_keys'), `# of "ann"\\n\n${ann}\nno newline`)
    const wants = ['ann', 'new', 'nobody'].map((user) => ({ user, keys: [], exclusive: false }))
    const accounts = `ann:x:1:1::${home}:/bin/sh\nnew:x:2:2:New:${home}/none:/bin/sh\nanna:x:3:3::${home}:/bin/sh`
    const printed = execFileSync('sh', ['-c', authorizedKeysType.probe(wants)], {
      encoding: 'utf8',
      env: { PGHA_ACCOUNTS: accounts },
    })
    rmSync(home, { recursive: true })

    expect(authorizedKeysType.parse(printed, wants)).toEqual([
      { lines: ['# of "ann"\\n', ann, 'no newline'] },
      { lines: [] },
      undefined,
    ])
  })
})

describe.each(shells)('a change to logins in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
    node.program('systemctl', `echo "systemctl $*" >>'${node.path('calls')}'`)
    node.program('systemd-run', `echo "systemd-run $*" >>'${node.path('calls')}'`)
    node.program('logger', ':')
  })

  afterEach(() => node.close())

  const calls = () => readFileSync(node.path('calls'), 'utf8')
  const run = (script: string) => node.connection.run(script)
  const arm = (path: string) => run(armRevert('a file', `'${path}'`).script)
  const folder = () => node.path('var/lib/pgha/ssh-revert')

  it('is taken back by the node: what was there comes back, what was not goes', async () => {
    const [old, fresh] = [node.write('etc/old', 'old', 0o640), node.path('etc/fresh')]
    await arm(old)
    await arm(fresh)
    expect(calls()).toContain('systemd-run --on-active=60 --unit=pgha-ssh-revert /bin/sh')
    node.write('etc/old', 'new')
    node.write('etc/fresh', 'new')

    expect(await run(takeBackLogins)).toMatchObject({ code: 0 })
    expect(readFileSync(old, 'utf8')).toBe('old')
    expect(statSync(old).mode & 0o777).toBe(0o640)
    expect(existsSync(fresh)).toBe(false)
    expect(existsSync(folder())).toBe(false)
    expect(calls()).toContain('systemctl reload ssh.service')
  })

  it('stays once a login was proved, and the timer is stopped', async () => {
    const old = node.write('etc/old', 'old')
    await arm(old)
    node.write('etc/old', 'new')

    expect(await run(keepLogins)).toMatchObject({ code: 0 })
    expect(readFileSync(old, 'utf8')).toBe('new')
    expect(calls()).toContain('systemctl stop pgha-ssh-revert.timer')
    await run(takeBackLogins)
    expect(readFileSync(old, 'utf8')).toBe('new')
  })

  it('that was taken back meanwhile is not kept', async () => {
    await arm(node.write('etc/old', 'old'))
    await run(takeBackLogins)
    expect(await run(keepLogins)).toMatchObject({ code: 4 })
  })

  it('that is armed twice keeps the first of what was there', async () => {
    const old = node.write('etc/old', 'old')
    await arm(old)
    node.write('etc/old', 'new')
    await arm(old)
    await run(takeBackLogins)
    expect(readFileSync(old, 'utf8')).toBe('old')
  })

  it('is waited for by a process of its own where systemd-run does not work', async () => {
    node.program('systemd-run', 'exit 1')
    node.program('setsid', `echo "setsid $*" >>'${node.path('calls')}'`)
    await arm(node.write('etc/old', 'old'))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(calls()).toContain('setsid /bin/sh -c sleep 60; exec /bin/sh')
  })
})
