import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { inventory } from '../roles/support.ts'
import { bundled, ended, type Pgha, startPgha } from './program.ts'

describe('the command line', () => {
  let pgha: Pgha

  beforeAll(async () => {
    pgha = await startPgha()
    writeFileSync(join(pgha.folder, 'inventory.yaml'), inventory())
  })

  afterAll(() => {
    pgha.remove()
  })

  it('ends with 0 for a valid inventory, and says so on stdout', async () => {
    expect(await pgha.run('validate')).toMatchObject({
      code: 0,
      stdout: 'inventory.yaml is valid: n1, n2, n3\n',
    })
  })

  it.each([
    ['no command', [], /Which command/],
    ['an unknown command, with the nearest', ['aply'], /apply/],
    ['an unknown option', ['validate', '--frobnicate'], /frobnicate/],
    ['an unknown option, with the nearest', ['apply', '--max-disrubtion', 'none'], /mean --max-disruption\?/],
    ['a number that is none', ['validate', '--forks', 'abc'], /--forks takes a whole number above 0/],
    ['a number below 1', ['validate', '--forks', '0'], /--forks takes a whole number above 0/],
    ['a fraction', ['validate', '--forks', '1.5'], /--forks takes a whole number above 0/],
    ['an option that is given twice', ['validate', '-i', 'a', '-i', 'b'], /--inventory is given once/],
    ['an option without its value', ['validate', '-i'], /Not enough arguments following: i/],
    ['an inventory that is not there', ['validate', '-i', 'no.yaml'], /no\.yaml/],
    ['a limit of nothing', ['validate', '--limit', ''], /--limit is empty \(leave it out/],
    ['a limit of commas', ['validate', '--limit=,'], /--limit is empty/],
    ['tags that are none', ['validate', '--tags='], /--tags is empty/],
    ['the short form of it', ['validate', '-t', ''], /--tags is empty/],
    ['no tags to be skipped', ['validate', '--skip-tags', ''], /--skip-tags is empty/],
    ['nobody who may be unreachable', ['validate', '--skip-unreachable', ''], /--skip-unreachable is empty/],
    ['nobody to be removed', ['apply', '--force-remove', ''], /--force-remove is empty/],
    ['a drill of no fault', ['drill', '--faults', ''], /--faults is empty/],
    [
      'an unknown host that may be down',
      ['validate', '--skip-unreachable', 'n3,n33'],
      /there is no host n33/,
    ],
    [
      'a log that cannot be written',
      ['validate', '--log-file', '/proc/version/y'],
      /--log-file \/proc\/version\/y cannot be/,
    ],
    ['an unknown host', ['validate', '--limit', 'n9'], /n9 is neither a host nor a group/],
  ])('ends with 4 for %s', async (_, words, message) => {
    const { code, stdout, stderr } = await pgha.run(...words)

    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toMatch(message)
  })

  it('takes tags by comma and by repetition, and names all that are unknown', async () => {
    const { code, stderr } = await pgha.run('validate', '--tags', 'haproxi,patroni', '--tags', 'consull')

    expect(code).toBe(4)
    expect(stderr).toContain('nothing has the tag "haproxi"')
    expect(stderr).toContain('nothing has the tag "consull"')
    expect(stderr).not.toContain('"patroni"')
  })

  it('takes -e several times, each with one value', async () => {
    const words = ['-e', 'haproxy.maxconn=900', '-e', 'haproxy.fall=x', '-e', 'nosuch.key=1']
    const { code, stderr } = await pgha.run('validate', ...words)

    expect(code).toBe(4)
    expect(stderr).toMatch(/-e:2:\d+: haproxy\.fall/)
    expect(stderr).toContain('nosuch')
    expect(stderr).not.toContain('haproxy.maxconn')
  })

  it('gives errors as JSON on stdout where JSON was asked for', async () => {
    const { code, stdout } = await pgha.run('validate', '--json', '--limit', 'n9')

    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'input', problems: [{}] } })
  })

  it('explains how long writes fail at worst, per fault', async () => {
    const { code, stdout } = await pgha.run('explain', 'rto')

    expect(code).toBe(0)
    expect(stdout).toMatch(/^leader-lost +<= 29\.5 s +E \+ T \+ race \+ P \+ H +4 \+ 20 \+ 4 \+ 1 \+ 0\.5$/m)
    expect(stdout).toContain('fencing margin 5 s')
  })

  it('compares the profiles, and says which does not fit', async () => {
    const words = ['explain', 'rto', '--all-profiles']
    const { stdout } = await pgha.run(...words)
    const old = await pgha.run(...words, '-e', 'postgresql.version=9.6')

    expect(stdout).toMatch(/^fault +fast +balanced +wide-area +durable$/m)
    expect(stdout).toMatch(/^leader-lost +<= 29\.2 s +<= 29\.5 s +<= 74\.5 s +<= 29\.5 s$/m)
    expect(old.stdout).toMatch(/^fault +fast +balanced +durable$/m)
    expect(old.stdout).toContain('wide-area does not fit this inventory')
  })

  it('gives no number to an outage without a bound, in JSON null', async () => {
    const { stdout } = await pgha.run('explain', 'rto', '--json', '-e', 'patroni.failsafe_mode=false')

    const { cases } = JSON.parse(stdout) as { cases: readonly { fault: string; seconds: number | null }[] }
    expect(cases.find(({ fault }) => fault === 'dcs-majority-lost')?.seconds).toBeNull()
  })

  it('explains nothing else', async () => {
    expect(await pgha.run('explain', 'rpo')).toMatchObject({ code: 4, stdout: '' })
  })

  it('does not show the value of a secret that is refused', async () => {
    const { code, stdout, stderr } = await pgha.run(
      'validate',
      '-e',
      'keepalived.vrrp_secret=canary-too-long',
    )

    expect(code).toBe(4)
    expect(stdout + stderr).not.toContain('canary')
  })
})

describe('--version', () => {
  let entry: Awaited<ReturnType<typeof bundled>>

  beforeAll(async () => {
    entry = await bundled('src/cli/main.ts', 'cjs')
  })

  afterAll(() => {
    entry.remove()
  })

  it('is answered where the program itself is not even there', async () => {
    expect(await ended(entry.file, '--version')).toEqual({ code: 0, stdout: '1.2.3-test\n', stderr: '' })
  })

  it('is all that can be answered there', async () => {
    expect((await ended(entry.file, 'validate')).code).not.toBe(0)
  })
})
