import { describe, expect, it } from 'vitest'

import { timezoneType } from '../../src/resources/timezone.ts'
import { scriptOf } from './support.ts'

const want = { zone: 'Europe/Moscow' }

describe('a time zone', () => {
  it.each([
    [
      'is another',
      { zone: 'Etc/UTC', text: undefined },
      { verb: 'update', summary: 'Etc/UTC → Europe/Moscow' },
    ],
    ['is none', { zone: '', text: undefined }, { verb: 'update', summary: 'none → Europe/Moscow' }],
    [
      'is another in the text of Debian',
      { zone: 'Europe/Moscow', text: 'Etc/UTC' },
      { verb: 'update', summary: '/etc/timezone Etc/UTC → Europe/Moscow' },
    ],
    ['is as wanted', { zone: 'Europe/Moscow', text: 'Europe/Moscow' }, undefined],
    ['is as wanted, without a text', { zone: 'Europe/Moscow', text: undefined }, undefined],
  ] as const)('%s', (_, state, difference) => {
    expect(timezoneType.diff(want, state)).toEqual(difference)
  })

  it.each([
    // Debian's tzdata, timedatectl, a copy instead of a link, EL without /etc/timezone.
    ['K|/etc/localtime|/usr/share/zoneinfo/Etc/UTC\nT|Etc/UTC\n', { zone: 'Etc/UTC', text: 'Etc/UTC' }],
    ['K|/etc/localtime|../usr/share/zoneinfo/Europe/Moscow\n', { zone: 'Europe/Moscow', text: undefined }],
    ['\n', { zone: '', text: undefined }],
  ])('is read from %j', (printed, state) => {
    expect(timezoneType.parse(printed, [want])).toEqual([state])
  })

  it('that the node does not know is refused before anything is changed', () => {
    const [first = ''] = scriptOf(timezoneType, want, { zone: '', text: undefined }).split('\n')
    expect(first).toBe(
      `[ -f /usr/share/zoneinfo/Europe/Moscow ] || { echo 'the node knows no time zone Europe/Moscow' >&2; exit 91; }`,
    )
  })
})
