import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Attempt, attempts } from '../../src/transport/attempts.ts'
import { decryptKeyFile, readKeyFile } from '../../src/transport/key-file.ts'
import type { Login } from '../../src/transport/login.ts'

let directory: string
let agent: { readonly socket: string; readonly pid: number }

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pgha-keys-'))
  generate('plain', '')
  generate('locked', 'pass phrase')
  generate('loaded', 'other phrase')
  generate('extra', '')
  agent = startAgent()
  const env = {
    ...process.env,
    SSH_AUTH_SOCK: agent.socket,
    SSH_ASKPASS: join(directory, 'ask'),
    SSH_ASKPASS_REQUIRE: 'force',
  }
  writeFileSync(join(directory, 'ask'), "#!/bin/sh\necho 'other phrase'\n", { mode: 0o700 })
  execFileSync('ssh-add', [join(directory, 'loaded'), join(directory, 'extra')], { env, stdio: 'ignore' })
})

afterAll(() => {
  process.kill(agent.pid)
  rmSync(directory, { recursive: true })
})

const file = (name: string) => join(directory, name)

function generate(name: string, passphrase: string) {
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    'ed25519',
    '-a',
    '1',
    '-N',
    passphrase,
    '-C',
    name,
    '-f',
    file(name),
  ])
}

function startAgent() {
  const socket = file('agent.sock')
  const output = execFileSync('ssh-agent', ['-s', '-a', socket]).toString()
  return { socket, pid: Number(/SSH_AGENT_PID=(\d+)/.exec(output)?.[1]) }
}

function login(more: Partial<Login>): Login {
  return {
    host: 'n1',
    address: '127.0.0.1',
    port: 22,
    user: 'ann',
    keyFiles: [],
    keyFilesChosen: true,
    keyFilesOnly: true,
    knownHostsFiles: [],
    jumps: [],
    hops: 0,
    connectTimeoutMs: 1000,
    ...more,
  }
}

async function labels(more: Partial<Login>): Promise<readonly string[]> {
  const list: Attempt[] = []
  for await (const attempt of attempts(login(more))) list.push(attempt)
  return list.map((attempt) => {
    const end = 'problem' in attempt ? `: ${attempt.problem}` : ''
    return `${attempt.label}${end}`.replaceAll(`${directory}/`, '').replace(/ SHA256:\S+/, '')
  })
}

describe('a key file', () => {
  it('is read without passphrase if it has none', async () => {
    expect(await readKeyFile(file('plain'))).toMatchObject({ kind: 'key' })
  })

  it('tells its public key while it is encrypted', async () => {
    const [, base64 = ''] = readFileSync(file('locked.pub'), 'utf8').split(' ')

    expect(await readKeyFile(file('locked'))).toEqual({
      kind: 'encrypted',
      path: file('locked'),
      publicKey: Buffer.from(base64, 'base64'),
    })
  })

  it('is decrypted once for all hosts', async () => {
    const key = await decryptKeyFile(file('locked'), 'pass phrase')

    expect(key.kind).toBe('key')
    expect(await decryptKeyFile(file('locked'), 'pass phrase')).toBe(key)
  })
})

describe('the ways to log in', () => {
  it('are the files in order, then the password', async () => {
    expect(await labels({ keyFiles: [file('plain'), file('extra')], password: 'x' })).toEqual([
      'key plain',
      'key extra',
      'password',
      'password',
    ])
  })

  it('leave the agent alone if only the files are wanted', async () => {
    expect(await labels({ keyFiles: [file('plain')], agentSocket: agent.socket })).toEqual(['key plain'])
  })

  it('include the other keys of the agent', async () => {
    expect(
      await labels({ keyFiles: [file('extra')], keyFilesOnly: false, agentSocket: agent.socket }),
    ).toEqual(['key extra', 'agent key loaded'])
  })

  it('ask the agent for an encrypted key instead of the operator', async () => {
    expect(await labels({ keyFiles: [file('loaded')], agentSocket: agent.socket })).toEqual([
      'agent key loaded',
    ])
  })

  it.each([
    ['a key of which only the .pub is here', 'alone'],
    ['a .pub that is named itself', 'alone.pub'],
  ])('ask the agent for %s, and for no other', async (_, name) => {
    copyFileSync(file('extra.pub'), file('alone.pub'))

    expect(await labels({ keyFiles: [file(name)], agentSocket: agent.socket })).toEqual(['agent key extra'])
    expect(await labels({ keyFiles: [file(name)] })).toEqual([
      `key ${name}: only its public key is here, and not in the agent`,
    ])
  })

  it('offer a key of which only the .pub is here once', async () => {
    copyFileSync(file('extra.pub'), file('alone.pub'))
    const wanted = { keyFiles: [file('alone')], keyFilesOnly: false, agentSocket: agent.socket }

    expect(await labels(wanted)).toEqual(['agent key extra', 'agent key loaded'])
  })

  it('decrypt a key with the passphrase', async () => {
    expect(await labels({ keyFiles: [file('locked')], passphrase: 'pass phrase' })).toEqual(['key locked'])
  })

  it('say why a key is of no use', async () => {
    writeFileSync(file('garbage'), 'x')

    expect(await labels({ keyFiles: [file('locked'), file('garbage'), file('plain.pub')] })).toEqual([
      'key locked: encrypted, no passphrase given and not in the agent',
      'key garbage: Unsupported key format',
      'key plain.pub: only its public key is here, and not in the agent',
    ])
    expect(await labels({ keyFiles: [file('locked')], passphrase: 'wrong' })).toEqual([
      'key locked: the passphrase is wrong',
    ])
  })

  it('pass over a default file that is not there, but not over one that was asked for', async () => {
    expect(await labels({ keyFiles: [file('none')], keyFilesChosen: false })).toEqual([])
    expect(await labels({ keyFiles: [file('none')] })).toEqual([expect.stringContaining('key none: ENOENT')])
  })

  it('survive an agent that is gone', async () => {
    expect(await labels({ keyFilesOnly: false, agentSocket: file('nobody.sock') })).toEqual([
      'agent nobody.sock: Failed to connect to agent',
    ])
  })
})
