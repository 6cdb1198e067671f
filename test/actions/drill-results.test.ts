import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { readResults } from '../../src/actions/drill-results.ts'
import type { DrillResult, Trial } from '../../src/drill/result.ts'
import type { InputError } from '../../src/shared/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'pgha-results-'))

function written(name: string, value: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}

const trial = (fault: string): Trial => ({
  ...{ fault, what: 'it breaks', round: 1, holdSeconds: 10, bounds: undefined, assessment: undefined },
  bound: { seconds: Infinity, formula: 'nothing is promised', values: '', tightened: undefined },
  rounded: { kind: 'not tested', reason: 'no netem' },
})

const result = (more: Partial<DrillResult> = {}): DrillResult => ({
  ...{ runId: 'run', scope: 'main', label: 'durable', startedAt: '2026-11-22T10:00:00Z' },
  ...{ endedAt: '2026-11-22T10:10:00Z', seed: 7, finished: true, endedEarly: undefined },
  ...{ replication: 'synchronous', settings: { 'patroni.ttl': 20 }, configuration: 'abc' },
  ...{ machine: { cpus: 2, memoryGb: 4, node: 'v20' }, nodes: [], writers: 6, trials: [trial('node-off')] },
  ...more,
})

describe('results of earlier drills', () => {
  it('are read as they were, with what nothing promises', () => {
    const [read] = readResults([written('one.json', result())])
    expect(read?.trials[0]?.bound.seconds).toBe(Infinity)
    expect(read).toMatchObject({ label: 'durable', seed: 7 })
  })

  it('are one where they are parts of one drill, whatever the addresses of their labs', () => {
    const later = result({
      ...{ configuration: 'def', trials: [trial('switchover')], finished: false },
      ...{ startedAt: '2026-11-22T10:05:00Z', endedAt: '2026-11-22T10:20:00Z', seed: 8 },
    })
    const all = readResults([written('b.json', later), written('a.json', result())])
    expect(all).toHaveLength(1)
    expect(all[0]).toMatchObject({
      ...{ startedAt: '2026-11-22T10:00:00Z', endedAt: '2026-11-22T10:20:00Z', finished: false },
      seed: [8, 7],
    })
    expect(all[0]?.trials.map(({ fault }) => fault)).toEqual(['node-off', 'switchover'])
  })

  it('stand side by side where their labels differ', () => {
    const files = [written('a.json', result()), written('c.json', result({ label: 'article' }))]
    expect(readResults(files).map(({ label }) => label)).toEqual(['durable', 'article'])
  })

  it('are refused where one label has two settings', () => {
    const other = result({ settings: { 'patroni.ttl': 30 } })
    const files = [written('a.json', result()), written('d.json', other)]
    expect(() => readResults(files)).toThrow('d.json is labelled durable, as a drill with other settings is')
  })

  it('are refused where they are none, each file with its reason', () => {
    const files = [written('text.json', 'no JSON'), written('list.json', []), join(folder, 'missing.json')]
    try {
      readResults(files)
      expect.unreachable()
    } catch (thrown) {
      const problems = (thrown as InputError).problems.map(({ message }) => message)
      expect(problems).toHaveLength(3)
      expect(problems[0]).toContain('text.json is not the result of a drill')
      expect(problems[1]).toContain('no trials, label and configuration')
      expect(problems[2]).toContain('ENOENT')
    }
  })
})
