import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fingerprint, keyType } from '../../src/transport/fingerprint.ts'
import { judge, knownHostName, type Names, parseKnownHosts } from '../../src/transport/known-hosts.ts'

let directory: string
let first: Key
let second: Key

interface Key {
  readonly text: string
  readonly blob: Buffer
  readonly fingerprint: string
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pgha-known-'))
  first = newKey('ed25519')
  second = newKey('ecdsa')
})

afterAll(() => {
  rmSync(directory, { recursive: true })
})

function newKey(type: string): Key {
  const file = join(directory, type)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'a comment', '-f', file])
  const text = readFileSync(`${file}.pub`, 'utf8').trim()
  return {
    text,
    blob: Buffer.from(text.split(' ')[1] ?? '', 'base64'),
    fingerprint:
      execFileSync('ssh-keygen', ['-lf', `${file}.pub`])
        .toString()
        .split(' ')[1] ?? '',
  }
}

/** The text as `ssh-keygen -H` leaves it: every name hashed. */
function hashed(text: string): string {
  const file = join(directory, 'known_hosts')
  writeFileSync(file, text)
  execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
  return readFileSync(file, 'utf8')
}

const verdict = (text: string, names: Names | string, key: Key) => {
  const asked = typeof names === 'string' ? { strict: [names], lenient: [] } : names
  return judge(parseKnownHosts(text, 'kh'), asked, key.blob).kind
}

describe('known_hosts', () => {
  it.each([
    ['db1', 'db1', 'known'],
    ['db1', 'db2', 'unknown'],
    ['DB1.Example.com', 'db1.example.com', 'known'],
    ['db2,db1,10.0.0.1', 'db1', 'known'],
    ['db?', 'db1', 'known'],
    ['*.example.com', 'db1.example.com', 'known'],
    ['*.example.com', 'db1.example.org', 'unknown'],
    ['*,!db1', 'db1', 'unknown'],
    ['*,!db1', 'db2', 'known'],
    ['10.0.0.*', '10.0.0.17', 'known'],
    ['10.0.0.1', '10.0.011', 'unknown'],
    ['[db1]:2222', '[db1]:2222', 'known'],
    ['[db1]:2222', 'db1', 'unknown'],
    ['db1', '[db1]:2222', 'unknown'],
    ['::1', '::1', 'known'],
  ])('%j is about %j: %s', (names, asked, expected) => {
    expect(verdict(`${names} ${first.text}\n`, asked, first)).toBe(expected)
  })

  it('reads names that ssh-keygen hashed', () => {
    const text = hashed(`db1,10.0.0.1 ${first.text}\n[db2]:2222 ${second.text}\n`)

    expect(text).not.toContain('db1')
    expect(verdict(text, 'db1', first)).toBe('known')
    expect(verdict(text, '10.0.0.1', first)).toBe('known')
    expect(verdict(text, '[db2]:2222', second)).toBe('known')
    expect(verdict(text, 'db1', second)).toBe('changed')
    expect(verdict(text, 'db3', first)).toBe('unknown')
  })

  it('skips comments, empty lines and what nobody can read, and still counts lines', () => {
    const text = `# db1\n\n \nnonsense\ndb1 1024 35 1234567\n@unknown db1 ${first.text}\n\tdb1 ${first.text}\r\n`

    expect(parseKnownHosts(text, 'kh').map(({ line }) => line)).toEqual([7])
    expect(verdict(text, 'db1', first)).toBe('known')
  })

  it('calls a key changed that is not among several on file', () => {
    const other = newKey('rsa')
    const text = `db1 ${first.text}\ndb1 ${second.text}\n`

    expect(verdict(text, 'db1', second)).toBe('known')
    expect(judge(parseKnownHosts(text, 'kh'), { strict: ['db1'], lenient: [] }, other.blob)).toMatchObject({
      kind: 'changed',
      onFile: [{ file: 'kh', line: 1 }, { line: 2 }],
    })
  })

  it('refuses a revoked key even if it is on file', () => {
    const text = `db1 ${first.text}\n@revoked * ${first.text}\n`

    expect(judge(parseKnownHosts(text, 'kh'), { strict: ['db1'], lenient: [] }, first.blob)).toMatchObject({
      kind: 'revoked',
      by: { line: 2 },
    })
    expect(verdict(text, 'db1', second)).toBe('changed')
  })

  it('trusts no certificate authority, and tells that there is one', () => {
    const text = `@cert-authority *.example.com ${first.text}\n`

    expect(
      judge(parseKnownHosts(text, 'kh'), { strict: ['db1.example.com'], lenient: [] }, first.blob),
    ).toMatchObject({
      kind: 'unknown',
      authorities: [{ line: 1, marker: 'cert-authority' }],
    })
  })

  it('lets the first name decide that is on file', () => {
    const text = `10.0.0.1 ${first.text}\nn1 ${second.text}\n`

    expect(verdict(text, { strict: ['10.0.0.1', 'n1'], lenient: [] }, second)).toBe('changed')
    expect(verdict(text, { strict: ['10.0.0.2', 'n1'], lenient: [] }, second)).toBe('known')
  })

  it('takes the key of another port as a match, but not as a contradiction', () => {
    const names = { strict: ['[n1]:2222'], lenient: ['n1'] }

    expect(verdict(`n1 ${first.text}\n`, names, first)).toBe('known')
    expect(verdict(`n1 ${first.text}\n`, names, second)).toBe('unknown')
  })

  it('names a server as OpenSSH does', () => {
    expect([knownHostName('N1', 22), knownHostName('n1', 2222), knownHostName('fe80::1', 22)]).toEqual([
      'n1',
      '[n1]:2222',
      'fe80::1',
    ])
  })
})

describe('a fingerprint', () => {
  it('is that of ssh-keygen -l', () => {
    expect([first, second].map(({ blob }) => fingerprint(blob))).toEqual([
      first.fingerprint,
      second.fingerprint,
    ])
    expect([first, second].map(({ blob }) => keyType(blob))).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256'])
  })
})
