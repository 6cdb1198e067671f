import { beforeAll, describe, expect, it } from 'vitest'

import type { DrillResult } from '../../src/drill/result.ts'
import { type Lab, up } from '../lab/lab.ts'
import { expectRun, pgha } from './support.ts'

/** The short suite, as CI runs it: what is safe is judged here, how long it took is only told; CI's machines are noisy. */
describe('pgha drill --suite smoke', () => {
  const durable = ['-e', 'profile=durable']
  let lab: Lab
  let result: DrillResult

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3, fresh: true })
    await expectRun(0, lab, 'apply', ...durable, '--yes')
    const run = await pgha(lab, 'drill', '--suite', 'smoke', ...durable, '--yes', '--json')
    console.log(run.stderr.split('\n').slice(-3).join('\n'))
    result = JSON.parse(run.stdout) as DrillResult
  })

  it('carries out every fault of the suite', () => {
    expect(result.finished).toBe(true)
    const faults = ['switchover', 'patroni-kill', 'postmaster-kill', 'haproxy-kill']
    expect(result.trials.map(({ fault }) => fault)).toEqual(faults)
    expect(result.trials.map(({ rounded }) => rounded.kind)).toEqual(faults.map(() => 'measured'))
  })

  it('loses nothing, never has two who acknowledge, and is whole again by itself', () => {
    for (const { fault, rounded } of result.trials) {
      if (rounded.kind !== 'measured') throw new Error(`${fault}: ${rounded.reason}`)
      const { fate, outage, split, redundancyMs } = rounded.figures
      const whole = redundancyMs === undefined ? 'never' : `${Math.round(redundancyMs)} ms`
      console.log(
        `${fault}: no writes for ${Math.round(outage.longestMs)} ms, ${fate.acknowledged} acknowledged, whole again after ${whole}`,
      )
      expect(fate.acknowledged).toBeGreaterThan(200)
      expect(fate.lost.vip.count + fate.lost.inside.count).toBe(0)
      expect(fate).toMatchObject({ phantom: 0, duplicates: 0, foreign: 0, divergent: [] })
      expect(split).toMatchObject({ acksVip: 0, acksInside: 0 })
      expect(outage.recovered).toBe(true)
      expect(redundancyMs).toBeDefined()
    }
  })
})
