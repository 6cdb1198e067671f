import { describe, expect, it } from 'vitest'

import { leavingFrom } from '../../src/roles/absent/leaving.ts'
import { remainingOn } from '../../src/roles/absent/remaining.ts'
import { loadFiles, problemsOf, soundSite } from '../inventory/support.ts'

const inGroup = soundSite.replace(/ {6}n3: (.*)/, '    absent:\n      n3: $1')

describe('hosts under absent', () => {
  it('have the variables of their group, and are none of its hosts', () => {
    const { inventory } = loadFiles({ 'inventory.yaml': inGroup })
    expect(inventory.hosts.map(({ name }) => name)).toEqual(['n1', 'n2'])
    const [n3] = inventory.absent
    expect(n3?.vars).toMatchObject({ address: '198.18.1.13', patroni: { scope: 'main' } })
    expect(inventory.groups.get('pgsql')).toEqual(['n1', 'n2'])
  })

  it('may stand at the top, with the variables of all and their own', () => {
    const text = soundSite
      .replace(/groups:\n {2}pgsql:\n {4}vars:.*\n/, '')
      .replaceAll(/^ {6}(?! *n\d)/gm, '  ')
      .replace('    hosts:', 'groups:\n  pgsql:\n    hosts:')
      .replace(/ {6}n3: (.*)/, 'absent:\n  n3: $1')
    const { inventory } = loadFiles({ 'inventory.yaml': text, 'host_vars/n3.yaml': 'ssh: { port: 2222 }\n' })
    expect(inventory.absent).toMatchObject([{ name: 'n3', groups: [], vars: { ssh: { port: 2222 } } }])
  })

  it.each([
    [
      'both',
      `${soundSite}    absent:\n      n2: { address: 198.18.1.22 }\n`,
      'inventory.yaml:22:7: groups.pgsql.absent.n2: n2 stands under hosts too (inventory.yaml:19:7) (a host stays or leaves: keep one of the two)',
    ],
    [
      'an address that stays',
      `${soundSite}    absent:\n      n4: { address: 198.18.1.12 }\n`,
      'inventory.yaml:22:22: address: 198.18.1.12 is the address of n2, which stays (inventory.yaml:19:22) (a machine that took the address over: remove n4 from absent)',
    ],
    [
      'an unknown key',
      `${soundSite}    absent:\n      n4: { address: 198.18.1.14, patronni: {} }\n`,
      'inventory.yaml:22:35: patronni: on n4: unknown key (did you mean "patroni"?)',
    ],
    [
      'no host name',
      `${soundSite}absent:\n  N4: { address: 198.18.1.14 }\n`,
      'inventory.yaml:22:3: absent.N4: not a host name (lower-case letters, digits, dots and hyphens, at most 63)',
    ],
  ])('are told of %s', (_, text, problem) => {
    expect(problemsOf({ 'inventory.yaml': text })).toEqual([problem])
  })

  const { inventory } = loadFiles({ 'inventory.yaml': inGroup })
  const [host] = inventory.absent
  const [speaker] = inventory.hosts
  if (host === undefined || speaker === undefined) throw new Error('the inventory has no such hosts')

  it('run nothing, keep their data, and lose it when told to', () => {
    const ids = (deletesData: boolean) =>
      leavingFrom({ host, family: 'debian', deletesData }).map(({ id }) => id)
    const kept = [
      'leadership n3',
      'service keepalived',
      'service patroni',
      'service haproxy',
      'service consul',
    ]
    expect(ids(false)).toEqual(kept)
    expect(ids(true)).toEqual([
      ...kept,
      'absent-data /var/lib/postgresql/17/main',
      'absent-data /var/lib/consul',
    ])
  })

  it('are forgotten by Patroni and Consul of one that stays', () => {
    const found = remainingOn(speaker, [{ host, isReached: false }])
    expect(found.map(({ id }) => id)).toEqual(['absent-member n3', 'dcs-peer n3', 'dcs-agent n3'])
    expect(found.every(({ source }) => source?.line === 21)).toBe(true)
  })
})
