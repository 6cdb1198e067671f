import { describe, expect, it } from 'vitest'

import { selinuxBoolean, selinuxBooleanType } from '../../src/resources/selinux-boolean.ts'
import { scriptOf } from './support.ts'

const want = { name: 'haproxy_connect_any', on: true }

describe('a switch of SELinux', () => {
  it.each([
    ['is off', false, { verb: 'enable', summary: 'off → on' }],
    ['is on', true, undefined],
    ['is unknown to the policy', undefined, undefined],
  ] as const)('%s', (_, state, difference) => {
    expect(selinuxBooleanType.diff(want, state)).toEqual(difference)
  })

  it('is read from what the kernel says', () => {
    const other = { name: 'nosuch', on: true }
    expect(selinuxBooleanType.parse('B|haproxy_connect_any|0\n', [want, other])).toEqual([false, undefined])
  })

  it('is set for good', () => {
    expect(scriptOf(selinuxBooleanType, want, false)).toBe('setsebool -P haproxy_connect_any 1')
    expect(selinuxBoolean('a').id).toBe('selinux-boolean a')
  })
})
