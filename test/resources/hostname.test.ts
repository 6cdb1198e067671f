import { describe, expect, it } from 'vitest'

import { hostname, hostnameType } from '../../src/resources/hostname.ts'
import { scriptOf } from './support.ts'

const want = { name: 'pg-1' }

describe('a host name', () => {
  it.each([
    ['is another', { now: 'localhost', atBoot: 'pg-1' }, { verb: 'update', summary: 'localhost → pg-1' }],
    [
      'would be lost by a boot',
      { now: 'pg-1', atBoot: '' },
      { verb: 'update', summary: 'after a boot none → pg-1' },
    ],
    ['is as wanted', { now: 'pg-1', atBoot: 'pg-1' }, undefined],
  ] as const)('%s', (_, state, difference) => {
    expect(hostnameType.diff(want, state)).toEqual(difference)
  })

  it.each([
    ['N|n1\nB|n1\n', { now: 'n1', atBoot: 'n1' }],
    ['N|n1\nB|\n', { now: 'n1', atBoot: '' }],
  ])('is read from %j', (printed, state) => {
    expect(hostnameType.parse(printed, [want])).toEqual([state])
  })

  it('is set by hostnamectl, and by hand where that does not work', () => {
    const script = scriptOf(hostnameType, want, { now: 'x', atBoot: 'x' })
    expect(script).toContain('hostnamectl set-hostname pg-1')
    expect(script).toContain(`>/etc/hostname`)
    expect(script).toContain('|| hostname pg-1')
  })

  it('is one resource per node', () => {
    expect(hostname('pg-1').id).toBe('hostname pg-1')
  })
})
