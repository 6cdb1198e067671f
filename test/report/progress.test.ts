import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Event } from '../../src/engine/events.ts'
import { palette } from '../../src/report/palette.ts'
import { Progress } from '../../src/report/progress.ts'

describe('progress', () => {
  let lines: string[]
  let progress: Progress

  beforeEach(() => {
    vi.useFakeTimers()
    lines = []
    progress = new Progress((line) => lines.push(line), palette(false))
  })

  afterEach(() => {
    progress.stop()
    vi.useRealTimers()
  })

  const started = (what: string): Event => ({ kind: 'step-start', host: 'n1', what })
  const ended = (what: string, code = 0): Event => ({ kind: 'step-end', host: 'n1', what, code, ms: 1234 })
  const waiting = (waitingFor: string, ms: number): Event => ({
    kind: 'gate-wait',
    gate: 'all stream',
    waitingFor,
    ms,
  })

  it.each<readonly [Event, readonly string[]]>([
    [{ kind: 'stage', stage: 'haproxy', hosts: ['n1', 'n2'] }, ['haproxy: n1 n2']],
    [started('write x'), []],
    [ended('write x'), ['  done n1  write x 1.2 s']],
    [ended('write x', 94), ['  FAIL n1  write x 1.2 s']],
    [waiting('n2', 1500), ['  wait all stream: waiting for n2 1.5 s']],
    [{ kind: 'gate-open', gate: 'all stream', ms: 2000 }, ['  gate all stream 2.0 s']],
    [{ kind: 'warning', text: 'an even number' }, ['warning  an even number']],
    [{ kind: 'note', text: 'limited to n1' }, ['limited to n1']],
    [{ kind: 'connected', host: 'n1', ms: 20 }, []],
    [{ kind: 'run-start', runId: 'r', command: 'apply' }, []],
  ])('has a line for what a person wants to know: %j', (event, expected) => {
    progress.show(event)

    expect(lines).toEqual(expected)
  })

  it('says again and again which step still runs, until it has ended', () => {
    progress.show(started('apt install'))
    vi.advanceTimersByTime(9_000)
    expect(lines).toEqual([])
    vi.advanceTimersByTime(12_000)
    expect(lines).toEqual(['  .... n1  apt install 10.0 s', '  .... n1  apt install 20.0 s'])

    progress.show(ended('apt install'))
    vi.advanceTimersByTime(60_000)
    expect(lines).toHaveLength(3)
  })

  it('is quiet about short waits, and says a long one once per state and every ten seconds', () => {
    for (const ms of [200, 900, 1100, 1300, 5000]) progress.show(waiting('n2', ms))
    progress.show(waiting('n3', 5200))
    for (const ms of [11_000, 12_000, 21_000]) progress.show(waiting('n3', ms))

    expect(lines).toEqual([
      '  wait all stream: waiting for n2 1.1 s',
      '  wait all stream: waiting for n3 5.2 s',
      '  wait all stream: waiting for n3 11.0 s',
      '  wait all stream: waiting for n3 21.0 s',
    ])
  })

  it('has nothing running behind it when it has stopped', () => {
    progress.show(started('x'))
    progress.stop()

    expect(vi.getTimerCount()).toBe(0)
  })
})
