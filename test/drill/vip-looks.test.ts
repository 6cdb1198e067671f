import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

import { looksSeconds, parseVipLooks, vipLooksScript } from '../../src/drill/vip-looks.ts'

describe('parseVipLooks', () => {
  it('places each look between what is possible after the beginning and before the end', () => {
    const looks = parseVipLooks('100.00 yes\n100.20 no\n100.40 end\n', 5_000, 5_430)
    expect(looks.map(({ beganMs, endedMs }) => [beganMs, endedMs].map(Math.round))).toEqual([
      [5_000, 5_030],
      [5_200, 5_230],
    ])
    expect(looks.map(({ holds }) => holds)).toEqual([true, false])
  })

  it('sees nothing in an empty answer', () => {
    expect(parseVipLooks('', 1, 2)).toEqual([])
  })
})

describe('vipLooksScript', () => {
  const run = (vip: string) => execFileSync('sh', ['-c', vipLooksScript(vip)], { encoding: 'utf8' })

  it('finds the address that this machine has, several times, and takes its time', () => {
    const looks = parseVipLooks(run('127.0.0.1'), 0, looksSeconds * 1000)
    expect(looks.map(({ holds }) => holds)).toEqual([true, true, true, true, true])
    expect(looks.at(-1)?.beganMs).toBeGreaterThan(600)
  })

  it.each(['192.0.2.1', '127.0.0.0', '127.255.255.255', '127.0.0'])('does not find %s', (vip) => {
    expect(parseVipLooks(run(vip), 0, 1000).map(({ holds }) => holds)).not.toContain(true)
  })
})
