import { describe, expect, it } from 'vitest'

import type { StateSample, VipSample } from '../../src/drill/log.ts'
import { pulseText } from '../../src/drill/pulse.ts'
import { attempt, writes } from './logs.ts'

const state = (member: string, endedMs: number, of: StateSample['state']): StateSample => ({
  ...{ member, beganMs: endedMs - 5, endedMs, state: of },
})
const vip = (host: string, endedMs: number, holds: boolean | undefined): VipSample => ({
  ...{ host, beganMs: endedMs - 5, endedMs, holds },
})

describe('the pulse of a drill', () => {
  it('counts the acknowledgements of the last second, and names who takes writes and who has the VIP', () => {
    const live = {
      attempts: writes('writer-1', 0, 10_000, 20),
      states: [state('n1', 9_900, 'writable'), state('n2', 9_950, 'read-only')],
      vip: [vip('n3', 9_900, true), vip('n1', 9_950, false)],
    }
    expect(pulseText(live, 10_000)).toBe('50 acks/s · takes writes: n1 · VIP: n3')
  })

  it('says for how long nobody could write, and calls nobody a leader by an old answer', () => {
    const failed = attempt('writer-1', 99, 12_000, { outcome: 'fail' })
    const live = {
      attempts: [...writes('writer-1', 0, 10_000, 20), failed],
      states: [state('n1', 9_900, 'writable'), state('n2', 12_900, 'read-only')],
      vip: [vip('n3', 9_900, true), vip('n3', 12_900, undefined)],
    }
    expect(pulseText(live, 13_000)).toBe(
      '0 acks/s · no writes for 3.0 s · takes writes: nobody · VIP: nobody',
    )
  })

  it('sees two who take writes', () => {
    const states = [state('n1', 9_900, 'writable'), state('n2', 9_950, 'writable')]
    expect(pulseText({ attempts: [], states, vip: [] }, 10_000)).toContain('takes writes: n1 and n2')
  })
})
