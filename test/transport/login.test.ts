import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Target } from '../../src/transport/connection.ts'
import { resolveLogin } from '../../src/transport/login.ts'
import { failureOf } from '../support/failure.ts'

let directory: string
const target: Target = { host: 'n1', address: '10.0.0.1' }

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pgha-login-'))
  vi.stubEnv('SSH_AUTH_SOCK', '/tmp/agent.sock')
})

afterEach(() => {
  rmSync(directory, { recursive: true })
  vi.unstubAllEnvs()
})

function withConfig(text: string): Target {
  const configFile = join(directory, 'config')
  writeFileSync(configFile, text)
  return { ...target, configFile }
}

/** The same configuration in a way that only ssh can tell. */
function askedOf(text: string): string {
  const configFile = join(directory, 'asked')
  writeFileSync(configFile, `${text}\nMatch host nobody\n`)
  return configFile
}

describe('a login', () => {
  it('has the defaults of OpenSSH where nobody says anything', async () => {
    expect(await resolveLogin(withConfig(''))).toMatchObject({
      address: '10.0.0.1',
      port: 22,
      user: userInfo().username,
      keyFilesChosen: false,
      keyFilesOnly: false,
      agentSocket: '/tmp/agent.sock',
      knownHostsFiles: [
        join(homedir(), '.ssh/known_hosts'),
        join(homedir(), '.ssh/known_hosts2'),
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      jumps: [],
      connectTimeoutMs: 10_000,
    })
  })

  it('takes from ssh_config what the inventory leaves open', async () => {
    const { configFile } = withConfig(`
      Host n1
        User ann
        Port 2222
        IdentityFile ~/.ssh/%r_key
        IdentityFile /keys/%h
        IdentitiesOnly yes
        IdentityAgent none
        UserKnownHostsFile ~/hosts /etc/hosts.d/%h
        GlobalKnownHostsFile none
        HostKeyAlias node
        ProxyJump ops@bastion:2200,inner
    `)

    expect(
      await resolveLogin({ ...target, ...(configFile === undefined ? {} : { configFile }) }),
    ).toMatchObject({
      address: '10.0.0.1',
      port: 2222,
      user: 'ann',
      keyFiles: [join(homedir(), '.ssh/ann_key'), '/keys/10.0.0.1'],
      keyFilesOnly: true,
      knownHostsFiles: [join(homedir(), 'hosts'), '/etc/hosts.d/10.0.0.1'],
      hostKeyAlias: 'node',
      jumps: ['ops@bastion:2200', 'inner'],
    })
  })

  it('lets the inventory win', async () => {
    const configured = withConfig(
      'Host *\n User ann\n Port 2222\n HostName 10.9.9.9\n IdentityFile /k\n UserKnownHostsFile /h\n',
    )
    const login = await resolveLogin({
      ...configured,
      user: 'bob',
      port: 22,
      keyFiles: ['~/bob'],
      knownHostsFiles: ['/known'],
      connectTimeoutMs: 5,
    })

    expect(login).toMatchObject({
      user: 'bob',
      port: 22,
      keyFiles: [join(homedir(), 'bob')],
      keyFilesChosen: true,
      keyFilesOnly: true,
      knownHostsFiles: ['/known'],
      connectTimeoutMs: 5,
    })
  })

  it.each([
    ['the name', 'Host n1\n User ann\n', 'ann'],
    ['the address', 'Host 10.0.0.*\n User ann\n', 'ann'],
    ['the name before the address', 'Host 10.0.0.*\n User bob\nHost n1\n User ann\n', 'ann'],
    ['everyone', 'Host *\n User ann\n', 'ann'],
    ['another host', 'Host n2\n User ann\n', userInfo().username],
    ['all but both', 'Host * !n1 !10.0.0.1\n User ann\n', userInfo().username],
    ['a list in quotes', 'HOST="n1" n2\n\tUser=ann\n', 'ann'],
    ['name and address alike', 'Host n1\n Port 2222\nHost n1 10.0.0.1\n User ann\n', 'ann'],
    ['the address and, before it, the name', 'Host n1\n Port 2222\nHost 10.0.0.1\n User ann\n', 'ann'],
    ['a Match on the address', 'Match host 10.0.0.1\n User ann\n', 'ann'],
  ])('finds what ssh_config says for %s', async (_, config, user) => {
    expect((await resolveLogin(withConfig(config))).user).toBe(user)
  })

  it('combines what is said for the name with what is said for the address', async () => {
    const config = 'Host n1\n User ann\nHost 10.*\n ProxyJump bastion\n Port 2222\n'

    expect(await resolveLogin(withConfig(config))).toMatchObject({
      user: 'ann',
      port: 2222,
      jumps: ['bastion'],
    })
  })

  it('follows Include, and takes `none` for nothing', async () => {
    mkdirSync(join(directory, 'd'))
    writeFileSync(join(directory, 'd/a.conf'), 'Host n1\n ProxyJump none\n')
    const config = `Include ${directory}/d/*.conf\nHost *\n ProxyJump bastion\n`

    expect((await resolveLogin(withConfig(config))).jumps).toEqual([])
  })

  it('takes an address that is a name of ssh_config for that host', async () => {
    const configured = withConfig('Host n1\n HostName 10.0.0.7\n')

    expect((await resolveLogin({ ...configured, address: 'n1' })).address).toBe('10.0.0.7')
  })

  it('reads what is plain without asking ssh', async () => {
    const config = `
      # written by hand
      Host n1 10.0.0.1
        User ann
        user bob
        IdentityFile "/keys/a"
        IdentityFile=/keys/b
        StrictHostKeyChecking yes
        UserKnownHostsFile ~/hosts   /hosts
      Host *
        Port 2222
        ProxyJump none
    `
    const configured = withConfig(config)
    const asked = await resolveLogin({ ...configured, configFile: askedOf(config) })
    vi.stubEnv('PATH', directory)
    const { configFile, ...read } = await resolveLogin(configured)

    expect(read).toMatchObject({ user: 'ann', port: 2222, keyFiles: ['/keys/a', '/keys/b'], jumps: [] })
    expect({ ...asked, configFile }).toEqual({ ...read, configFile })
  })

  it('shows what ssh could not read', async () => {
    const error = await failureOf(resolveLogin(withConfig('Host *\n User ann\n Nonsense yes\n')))

    expect(error.kind).toBe('input')
    expect(error.context.evidence?.join('\n')).toContain('line 3: Bad configuration option: nonsense')
  })

  it('names a config file that is not there', async () => {
    const error = await failureOf(resolveLogin({ ...target, configFile: join(directory, 'missing') }))

    expect(error.context.evidence?.join('\n')).toContain('missing')
  })

  it('refuses ProxyCommand', async () => {
    const error = await failureOf(resolveLogin(withConfig('Host *\n ProxyCommand nc %h %p\n')))

    expect(error.message).toContain('ProxyCommand')
  })
})
