import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { assess, type Bounds } from '../../src/drill/judge/assess.ts'
import { outageOf } from '../../src/drill/judge/outage.ts'
import { readsOf } from '../../src/drill/judge/reads.ts'
import { splitOf } from '../../src/drill/judge/split.ts'
import { figuresOf } from '../../src/drill/judge/verdict.ts'
import { vipFound } from '../../src/drill/judge/vip.ts'
import { fateOf, registerDrops } from '../../src/drill/judge/writes.ts'
import { type StateSample, type VipSample, rowKey } from '../../src/drill/log.ts'
import { attempt, members, round, writes } from './logs.ts'

const quiet = writes('writer-1', 0, 60_000, 20)
const bounds: Bounds = {
  ...{ outageMs: 2_000, toleranceMs: 500, redundancyMs: 60_000, isSynchronous: true },
  ...{ lossWindowMs: 0, mayMove: true, vipTwoMs: 1_000 },
}

describe('what became of the writes', () => {
  it('finds all of a quiet round', () => {
    const fate = fateOf(quiet, members(quiet))
    expect(fate).toMatchObject({ acknowledged: 3000, unknown: 0, phantom: 0, duplicates: 0, foreign: 0 })
    expect(fate.lost.vip).toEqual({ count: 0, windowMs: 0, examples: [] })
    expect(fate.divergent).toEqual([])
  })

  it('finds a forged acknowledgement as lost', () => {
    const forged = attempt('writer-1', 99_999, 30_000)
    const { lost } = fateOf([...quiet, forged], members(quiet))
    expect(lost.vip).toMatchObject({ count: 1, examples: ['writer-1:99999 (198.18.9.11, timeline 1)'] })
    expect(lost.inside.count).toBe(0)
  })

  it('says over how long a time acknowledgements were lost, inside apart from the VIP', () => {
    const orphan = writes('inside', 10_000, 12_000, 100, { way: 'inside' })
    const { lost } = fateOf([...quiet, ...orphan], members(quiet))
    expect(lost.vip.count).toBe(0)
    expect(lost.inside).toMatchObject({ count: 20, windowMs: 1_900 })
    expect(lost.inside.examples).toHaveLength(2)
  })

  it('finds a definite failure that is there: then the drill itself is wrong', () => {
    const failed = attempt('writer-2', 1, 100, { outcome: 'fail' })
    expect(fateOf([...quiet, failed], members([...quiet, failed])).phantom).toBe(1)
    expect(fateOf([...quiet, failed], members(quiet)).phantom).toBe(0)
  })

  it('calls unknown neither lost nor there until it has looked', () => {
    const unknown = [1, 2].map((seq) => attempt('writer-2', seq, 100, { outcome: 'unknown' }))
    const fate = fateOf([...quiet, ...unknown], members([...quiet, ...unknown.slice(0, 1)]))
    expect(fate).toMatchObject({ unknown: 2, unknownPresent: 1 })
    expect(fate.lost.vip.count).toBe(0)
  })

  it('sees rows that are there twice, and rows that nobody wrote', () => {
    const [leader, ...others] = members(quiet)
    const rows = new Map([...(leader?.rows ?? []), [rowKey('writer-1', 7), 2], [rowKey('stranger', 1), 1]])
    const fate = fateOf(quiet, [{ member: 'n1', isLeader: true, rows }, ...others])
    expect(fate).toMatchObject({ duplicates: 1, foreign: 1, divergent: ['n2: 1', 'n3: 1'] })
  })

  it('judges nothing without the rows of a leader', () => {
    const headless = members(quiet).map((member) => ({ ...member, isLeader: false }))
    expect(() => fateOf(quiet, headless)).toThrow('leader')
  })

  it('counts exactly the acknowledged that are missing, whatever they are', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 200 })
    fc.assert(
      fc.property(some, some, (acknowledged, kept) => {
        const all = acknowledged.map((seq) => attempt('w', seq, seq))
        const there = kept.map((seq) => attempt('w', seq, seq))
        const { lost } = fateOf(all, members(there))
        expect(lost.vip.count).toBe(acknowledged.filter((seq) => !kept.includes(seq)).length)
      }),
    )
  })

  it('sees an acknowledged value that did not rise', () => {
    const ack = (value: number, endedMs: number) => ({ client: 'r', value, endedMs })
    expect(registerDrops([ack(1, 1), ack(2, 2), ack(5, 3)])).toBe(0)
    expect(registerDrops([ack(5, 1), ack(4, 2), ack(5, 3)])).toBe(1)
    expect(registerDrops([ack(5, 1), ack(5, 2)])).toBe(1)
  })
})

describe('the outage', () => {
  it('is the longest time between two acknowledgements of anybody', () => {
    const one = [...writes('writer-1', 0, 5_000, 20), ...writes('writer-1', 9_000, 60_000, 20, {}, 1000)]
    const two = [...writes('writer-2', 0, 6_000, 20), ...writes('writer-2', 8_000, 60_000, 20, {}, 1000)]
    const { longestMs, clientMs, recovered, baselineMs } = outageOf(round([...one, ...two]))
    expect(longestMs).toBeCloseTo(2_020, 0)
    expect(clientMs).toBeCloseTo(4_020, 0)
    expect(recovered).toBe(true)
    expect(baselineMs).toBeLessThan(30)
  })

  it('is measured against the quiet before the fault, once the clients have their connections', () => {
    const starting = [
      ...writes('writer-1', 900, 2_000, 20),
      ...writes('writer-1', 2_300, 60_000, 20, {}, 1000),
    ]
    const connecting = attempt('writer-1', 0, 100, { endedMs: 900 })
    expect(outageOf(round([connecting, ...starting])).baselineMs).toBeCloseTo(320, 0)
    const slow = attempt('writer-1', 0, 100, { endedMs: 2_000 })
    expect(outageOf(round([slow, ...writes('writer-1', 2_000, 60_000, 20, {}, 1)])).baselineMs).toBeCloseTo(
      900,
      0,
    )
  })

  it('is open when writes never come back', () => {
    const { longestMs, recovered } = outageOf(round(writes('writer-1', 0, 10_000, 20)))
    expect(longestMs).toBeCloseTo(60_000 - 9_982, 0)
    expect(recovered).toBe(false)
  })

  it('counts neither failures, nor unknowns, nor the writers inside as service', () => {
    const served = [...writes('writer-1', 0, 6_000, 20), ...writes('writer-1', 20_000, 60_000, 20, {}, 1000)]
    const others = [
      ...writes('writer-2', 6_000, 20_000, 20, { outcome: 'fail' }),
      ...writes('writer-3', 6_000, 20_000, 20, { outcome: 'unknown' }),
      ...writes('inside', 6_000, 20_000, 20, { way: 'inside' }),
    ]
    expect(outageOf(round([...served, ...others])).longestMs).toBeGreaterThan(14_000)
  })

  it('tells new connections apart', () => {
    const fresh = [...writes('fresh', 0, 5_000, 250), ...writes('fresh', 11_000, 60_000, 250, {}, 1000)]
    const { longestMs, freshMs } = outageOf(round([...quiet, ...fresh]))
    expect(freshMs).toBeCloseTo(6_250, 0)
    expect(longestMs).toBeLessThan(100)
  })

  it('is cross-checked by the timelines of the rows', () => {
    const spans = [
      { timeline: 1, firstAt: 100, lastAt: 107.5 },
      { timeline: 2, firstAt: 110, lastAt: 160 },
    ]
    expect(outageOf(round(quiet, { spans })).timelineMs).toBe(2_500)
    expect(outageOf(round(quiet)).timelineMs).toBeUndefined()
  })
})

describe('split brain', () => {
  const old = writes('writer-1', 0, 10_000, 20)
  const next = writes('writer-2', 12_000, 20_000, 20, { timeline: 2 })

  it('is none when the timelines follow each other', () => {
    expect(splitOf([...old, ...next], [], 0)).toMatchObject({ acksVip: 0, acksInside: 0 })
  })

  it('is each acknowledgement on an old timeline that began after one on a newer', () => {
    const late = writes('writer-3', 12_500, 13_000, 100, { timeline: 1 })
    expect(splitOf([...old, ...next, ...late], [], 0).acksVip).toBe(5)
  })

  it('gives the writers inside the margin of their clock', () => {
    const orphan = writes('inside', 11_900, 12_500, 100, { timeline: 1, way: 'inside' })
    expect(splitOf([...old, ...next, ...orphan], [], 0).acksInside).toBe(4)
    expect(splitOf([...old, ...next, ...orphan], [], 300).acksInside).toBe(1)
  })

  const state = (member: string, ms: number, more: Partial<StateSample> = {}): StateSample => ({
    ...{ member, beganMs: ms, endedMs: ms + 2, state: 'writable', startedAt: 'once' },
    ...more,
  })

  it('by state counts a frozen leader, by answers it does not', () => {
    const frozen = [state('n1', 0), state('n1', 30_000)]
    const promoted = [10_000, 15_000, 20_000].map((ms) => state('n2', ms))
    const { stateMs, answerMs } = splitOf([], [...frozen, ...promoted], 0)
    expect(stateMs).toBeCloseTo(9_998, 0)
    expect(answerMs).toBe(0)
  })

  it('by state sees a demotion in between, for that restarts PostgreSQL', () => {
    const twice = [state('n1', 0, { startedAt: 'first' }), state('n1', 30_000, { startedAt: 'second' })]
    expect(splitOf([], [...twice, state('n2', 10_000), state('n2', 20_000)], 0).stateMs).toBe(0)
  })

  it('by answers is two members that say so within half a second', () => {
    const both = [100, 600, 1_100].flatMap((ms) => [state('n1', ms), state('n2', ms + 50)])
    expect(splitOf([], both, 0).answerMs).toBe(1_500)
  })
})

describe('the VIP', () => {
  const sample = (host: string, ms: number, holds: boolean | undefined): VipSample => ({
    ...{ host, beganMs: ms - 5, endedMs: ms, holds },
  })
  const from = (host: string, fromMs: number, toMs: number, holds: boolean | undefined) =>
    Array.from({ length: (toMs - fromMs) / 200 }, (_, index) => sample(host, fromMs + index * 200, holds))

  it('is held by one', () => {
    const found = vipFound([...from('n1', 0, 9_000, true), ...from('n2', 0, 9_000, false)], 1_000, 8_000)
    expect(found).toEqual({ noneMs: 0, twoMs: 0 })
  })

  it('is held by none between two holders, and by two when both say so', () => {
    const moved = [
      ...from('n1', 0, 3_000, true),
      ...from('n1', 3_000, 9_000, false),
      ...from('n2', 6_000, 9_000, true),
    ]
    expect(vipFound(moved, 0, 9_000).noneMs).toBeGreaterThanOrEqual(2_900)
    const both = [...from('n1', 0, 9_000, true), ...from('n2', 4_000, 7_000, true)]
    expect(vipFound(both, 0, 9_000).twoMs).toBeGreaterThanOrEqual(2_900)
  })

  it('forgets a node that does not answer any more', () => {
    const gone = [...from('n1', 0, 3_000, true), ...from('n1', 3_000, 9_000, undefined)]
    expect(vipFound([...gone, ...from('n2', 5_000, 9_000, true)], 0, 9_000).twoMs).toBe(0)
  })
})

describe('reads of the replicas', () => {
  const read = (session: string, beganMs: number, seen: number, inRecovery = true) => ({
    ...{ session, beganMs, endedMs: beganMs + 2, seen, node: 'n2', inRecovery },
  })

  it('are as old as the first acknowledgement that they miss', () => {
    const { staleMaxMs } = readsOf([read('a', 10_000, 451)], quiet, 0, 60_000)
    expect(staleMaxMs).toBeCloseTo(10_000 - (451 * 20 + 2), 0)
    expect(readsOf([read('a', 10_000, 500)], quiet, 0, 60_000).staleMaxMs).toBe(0)
  })

  it('go back only within one session', () => {
    const found = readsOf([read('a', 1, 10), read('a', 2, 9), read('b', 3, 1), read('b', 4, 2)], [], 0, 10)
    expect(found).toMatchObject({ wentBack: 1, onPrimary: 0, count: 4 })
    expect(readsOf([read('a', 1, 1, false)], [], 0, 10).onPrimary).toBe(1)
  })
})

describe('the assessment', () => {
  const verdictOf = (log: Parameters<typeof figuresOf>[0], more: Partial<Bounds> = {}) =>
    assess(figuresOf(log), { ...bounds, ...more })

  it('passes a quiet round', () => {
    expect(verdictOf(round(quiet))).toEqual({ verdict: 'pass', reasons: [], notes: [] })
  })

  it('fails on a lost write, also on a noisy machine', () => {
    const noisy = [...writes('writer-1', 0, 2_000, 20), ...writes('writer-1', 4_000, 60_000, 20, {}, 1000)]
    const there = members(noisy)
    const forged = attempt('writer-1', 99_999, 30_000)
    const { verdict, reasons } = verdictOf(round([...noisy, forged], { members: there }))
    expect(verdict).toBe('fail')
    expect(reasons).toContain('1 acknowledged writes lost through the VIP')
  })

  it('calls a noisy baseline inconclusive, not passed', () => {
    const noisy = [...writes('writer-1', 0, 2_000, 20), ...writes('writer-1', 4_000, 60_000, 20, {}, 1000)]
    const { verdict, reasons } = verdictOf(round(noisy))
    expect(verdict).toBe('inconclusive')
    expect(reasons.join()).toContain('without any fault')
  })

  it('fails on an outage beyond the bound, and on one without an end', () => {
    const slow = [...writes('writer-1', 0, 6_000, 20), ...writes('writer-1', 16_000, 60_000, 20, {}, 1000)]
    expect(verdictOf(round(slow)).reasons[0]).toMatch(/^no writes for 10\.0 s, the bound is 2\.5 s/)
    const never = round(writes('writer-1', 0, 10_000, 20))
    expect(verdictOf(never, { outageMs: Infinity }).reasons).toEqual(['writes did not come back'])
  })

  it('reports what asynchronous replication may lose instead of failing, within the window', () => {
    const lostMs = writes('writer-2', 4_000, 4_500, 100)
    const log = round([...quiet, ...lostMs], { members: members(quiet) })
    const asynchronous = { isSynchronous: false, lossWindowMs: 1_000 }
    expect(verdictOf(log, asynchronous).verdict).toBe('pass')
    expect(verdictOf(log, asynchronous).notes.join()).toContain('5 acknowledged writes lost through the VIP')
    expect(verdictOf(log, { ...asynchronous, lossWindowMs: 100 }).verdict).toBe('fail')
    expect(verdictOf(log).verdict).toBe('fail')
  })

  it('fails when the cluster was never whole again, and when the leadership moved for nothing', () => {
    expect(verdictOf(round(quiet, { wholeMs: undefined })).reasons.join()).toContain('whole')
    const moved = [
      ...writes('writer-1', 0, 10_000, 20),
      ...writes('writer-1', 10_000, 60_000, 20, { timeline: 2 }, 1000),
    ]
    expect(verdictOf(round(moved), { mayMove: false }).reasons.join()).toContain('leadership moved')
    expect(verdictOf(round(moved)).verdict).toBe('pass')
  })

  it('fails on split brain by acknowledgements', () => {
    const moved = writes('writer-2', 10_000, 20_000, 20, { timeline: 2 })
    expect(verdictOf(round([...quiet, ...moved])).reasons.join()).toContain('split brain')
  })
})
