import { describe, expect, it } from 'vitest'

import { assess, type Bounds } from '../../src/drill/judge/assess.ts'
import { figuresOf } from '../../src/drill/judge/verdict.ts'
import type { RoundLog } from '../../src/drill/log.ts'
import type { DrillResult, Trial } from '../../src/drill/result.ts'
import { seriesOf } from '../../src/drill/series.ts'
import { drillHtml } from '../../src/report/drill-html.ts'
import { drillJunit } from '../../src/report/drill-junit.ts'
import { drillMarkdown } from '../../src/report/drill-markdown.ts'
import { faultRows, overall } from '../../src/report/drill-rows.ts'
import { drillText } from '../../src/report/drill-text.ts'
import { palette } from '../../src/report/palette.ts'
import { members, round, writes } from '../drill/logs.ts'

const bounds: Bounds = {
  ...{ outageMs: 5_000, toleranceMs: 500, redundancyMs: 60_000, isSynchronous: true },
  ...{ lossWindowMs: 0, mayMove: true, vipTwoMs: 1_000 },
}
const bound = { seconds: 5, formula: 'k * <s>', values: '5', tightened: undefined }
const base = { what: 'it breaks & heals', holdSeconds: 10, bound, bounds }

function measured(fault: string, number: number, log: RoundLog): Trial {
  const figures = figuresOf(log)
  return {
    ...{ ...base, fault, round: number, assessment: assess(figures, bounds) },
    rounded: {
      ...{ kind: 'measured', victims: ['n1'], leader: 'n1', leaderAfter: 'n2', figures },
      ...{ series: seriesOf(log), missing: undefined, errors: {} },
    },
  }
}

const gap = (ms: number) =>
  round([...writes('writer-1', 0, 6_000, 20), ...writes('writer-1', 6_000 + ms, 60_000, 20, {}, 1000)])

const result = (trials: readonly Trial[], more: Partial<DrillResult> = {}): DrillResult => ({
  ...{
    runId: 'run',
    scope: 'main',
    label: 'main',
    startedAt: '2026-11-22T10:00:00Z',
    endedAt: '2026-11-22T10:10:00Z',
  },
  ...{ seed: 7, finished: true, endedEarly: undefined, replication: 'synchronous', settings: {} },
  ...{ configuration: 'abc', machine: { cpus: 2, memoryGb: 4, node: 'v20' }, nodes: [], writers: 6, trials },
  ...more,
})

const untested: Trial = {
  ...{ ...base, fault: 'network-slow', round: 1, assessment: undefined },
  rounded: { kind: 'not tested', reason: 'n1: this kernel has no netem' },
}

describe('the report of a drill', () => {
  it('has a line per fault, with the median and the worst of its rounds', () => {
    const [row] = faultRows(result([1, 2, 3].map((n) => measured('node-off', n, gap(n * 1_000)))))
    expect(row).toMatchObject({ fault: 'node-off', measured: 3, rounds: 3, verdict: 'pass' })
    expect(row?.medianMs).toBeCloseTo(2_020, -2)
    expect(row?.worstMs).toBeCloseTo(3_020, -2)
  })

  it('fails as a whole when one round fails, and says in which', () => {
    const drilled = result([measured('node-off', 1, gap(1_000)), measured('node-off', 2, gap(9_000))])
    expect(overall(drilled)).toBe('fail')
    expect(drillText(drilled, palette(false))).toMatch(
      /node-off: round 2: no writes for 9\.0 s, the bound is/,
    )
  })

  it('is no pass when nothing was measured, or when it ended early', () => {
    expect(overall(result([]))).toBe('not tested')
    expect(overall(result([untested]))).toBe('not tested')
    const early = { endedEarly: 'the cluster is not whole: two leaders' }
    expect(overall(result([measured('switchover', 1, gap(1_000))], early))).toBe('inconclusive')
  })

  it('calls a round that could not be judged a failure', () => {
    const broken: Trial = { ...untested, rounded: { kind: 'broken', victims: [], reason: 'nobody leads' } }
    expect(overall(result([broken]))).toBe('fail')
    expect(drillJunit([result([broken])])).toContain('<failure message="nobody leads"/>')
  })

  const all = result([measured('node-off', 1, gap(1_000)), measured('node-off', 2, gap(9_000)), untested])

  it('names in each form what was not tested', () => {
    const texts = [drillMarkdown([all]), drillHtml([all]), drillJunit([all]), drillText(all, palette(false))]
    for (const text of texts) expect(text).toContain('this kernel has no netem')
  })

  it('is one HTML file that needs no network, with a picture per round', () => {
    const html = drillHtml([all])
    expect(html.match(/<svg /g)).toHaveLength(2)
    expect(html).not.toMatch(/https?:|<script|<link|src=/)
    expect(html).toContain('k * &lt;s&gt;')
    expect(html).not.toContain('NaN')
  })

  it('is JUnit that counts as the drill does', () => {
    expect(drillJunit([all])).toContain('tests="3" failures="1" errors="0" skipped="1"')
  })

  it('puts several drills side by side, and says where one of them lost writes or had no such fault', () => {
    const lost = round(writes('writer-1', 0, 60_000, 20), { members: members([]) })
    const article = result([measured('patroni-freeze', 1, lost)], { label: 'article' })
    const [markdown, html] = [drillMarkdown([all, article]), drillHtml([all, article])]
    expect(markdown).toContain('| fault | main | article |')
    expect(markdown).toMatch(/\| node-off \| 1\.0\d \/ 9\.0\d s \| - \|/)
    expect(markdown).toMatch(/\| patroni-freeze \| - \| 0\.0\d s, lost 3000 \+ 0 \|/)
    expect(markdown).toContain('# Drill of article: fail')
    expect(html).toContain('<th>main</th><th>article</th>')
    expect(html.match(/<svg /g)).toHaveLength(3)
    expect(drillJunit([all, article]).match(/<testsuite /g)).toHaveLength(2)
  })
})
