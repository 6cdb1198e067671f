import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type InitOptions, init } from '../../src/actions/init.ts'
import { loadSite } from '../../src/roles/site.ts'
import { InputError, problemText } from '../../src/shared/errors.ts'

const hosts = [1, 2, 3].map((number) => ({ name: `n${number}`, address: `198.18.1.1${number}` }))

const options = (changes: Partial<InitOptions> = {}): InitOptions => ({
  hosts,
  vip: '198.18.1.100',
  scope: 'main',
  user: undefined,
  version: '17',
  out: join(mkdtempSync(join(tmpdir(), 'pgha-init-')), 'new'),
  force: false,
  ...changes,
})

const load = (out: string) => loadSite({ file: join(out, 'inventory.yaml'), env: {} })

describe('init', () => {
  it('writes a valid inventory without a warning', () => {
    const given = options({ user: 'dba', scope: 'cluster-pgsql' })
    expect(init(given).warnings).toEqual([])
    const { inventory, warnings } = load(given.out)
    expect(warnings).toEqual([])
    expect(inventory.hosts.map(({ name, vars }) => [name, vars.address, vars.keepalived?.priority])).toEqual([
      ['n1', '198.18.1.11', 102],
      ['n2', '198.18.1.12', 101],
      ['n3', '198.18.1.13', 100],
    ])
    expect(inventory.hosts[0]?.vars.ssh.user).toBe('dba')
    expect(inventory.hosts[0]?.vars.patroni.scope).toBe('cluster-pgsql')
  })

  it('puts new, distinct passwords into a file of mode 0600, and says where', () => {
    const given = options()
    const { secrets, inventory } = init(given)
    expect(secrets).toBe(join(given.out, 'group_vars/all.yaml'))
    expect(statSync(secrets).mode & 0o777).toBe(0o600)
    const { patroni, keepalived } = load(given.out).inventory.hosts[0]?.vars ?? expect.fail('no host')
    const passwords = [patroni.rest_password, patroni.superuser_password, patroni.replication_password].map(
      (one) => one.reveal(),
    )
    expect(new Set(passwords).size).toBe(3)
    for (const password of passwords) {
      expect(password).toMatch(/^[A-Za-z0-9]{32}$/)
      expect(readFileSync(inventory, 'utf8')).not.toContain(password)
    }
    expect(keepalived?.vrrp_secret.reveal()).toMatch(/^[A-Za-z0-9]{8}$/)
  })

  it('leaves keepalived out where there is no VIP', () => {
    const given = options({ vip: undefined })
    init(given)
    const { roles, keepalived } = load(given.out).inventory.hosts[0]?.vars ?? expect.fail('no host')
    expect(roles).not.toContain('keepalived')
    expect(keepalived).toBeUndefined()
  })

  it('passes warnings on', () => {
    expect(init(options({ hosts: hosts.slice(0, 1) })).warnings.join('\n')).toContain('n1 is the only member')
  })

  it.each<readonly [string, Partial<InitOptions>, RegExp]>([
    ['a VIP that is none', { vip: '198.18.1' }, /keepalived\.vip: not an IPv4 address/],
    ['the VIP of a node', { vip: '198.18.1.11' }, /198\.18\.1\.11 is the address of n1/],
    ['an address that is none', { hosts: [{ name: 'n1', address: 'x' }] }, /address: not an IPv4 address/],
    ['a name that is none', { hosts: [{ name: 'N_1', address: '198.18.1.11' }] }, /not a host name/],
    [
      'a name that would be YAML',
      { hosts: [{ name: 'n1: {}\n      n2', address: '198.18.1.11' }] },
      /not a host name/,
    ],
    [
      'a scope that would be YAML',
      { scope: 'main\n        rest_user: x' },
      /patroni\.scope: expected letters/,
    ],
    ['a version that is none', { version: '9.5' }, /postgresql\.version: expected 9\.6/],
    ['a version in words', { version: 'new: 1' }, /postgresql\.version/],
    ['a login with a blank', { user: 'a b' }, /ssh\.user: not a user name/],
  ])('refuses %s, and leaves nothing behind', (_, changes, message) => {
    const given = options(changes)
    expect(() => init(given)).toThrow(message)
    expect(existsSync(given.out)).toBe(false)
  })

  it('replaces nothing without --force', () => {
    const given = options()
    init(given)
    const before = readFileSync(join(given.out, 'group_vars/all.yaml'), 'utf8')
    expect(refusals(given)).toEqual(
      ['inventory.yaml', 'group_vars/all.yaml'].map(
        (path) => `${given.out}/${path} is there already (another folder with --out DIR, or --force)`,
      ),
    )
    expect(readFileSync(join(given.out, 'group_vars/all.yaml'), 'utf8')).toBe(before)
    init({ ...given, force: true })
    expect(readFileSync(join(given.out, 'group_vars/all.yaml'), 'utf8')).not.toBe(before)
  })
})

function refusals(given: InitOptions): readonly string[] {
  try {
    init(given)
    return []
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(problemText)
    throw error
  }
}
