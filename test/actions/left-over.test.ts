import { describe, expect, it } from 'vitest'

import { leftOver, type RecordedNode, tellOf } from '../../src/actions/left-over.ts'
import { applyResources } from '../../src/engine/apply.ts'
import type { Event } from '../../src/engine/events.ts'
import type { RunRecord } from '../../src/shared/run-record.ts'
import { exitCodeOf } from '../../src/cli/exit.ts'
import { thing, wordNode } from '../engine/support.ts'
import { recordingConnection } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'

function record(id: string, more: Partial<RunRecord> = {}): RunRecord {
  return {
    ...{ id, by: { user: 'ann', host: 'desk' }, command: 'apply --yes', inventory: '', plan: '', files: [] },
    ...{ started: '2026-11-22T18:45:00Z', step: { what: 'systemctl start consul', begun: '', ended: '' } },
    ...more,
  }
}

function node(name: string, last: RunRecord | undefined, isLocked = false): RecordedNode {
  const machine = last === undefined ? {} : { lastRun: { record: last, isLocked } }
  return { host: { name }, connection: recordingConnection([], name), facts: { machine } }
}

function told(nodes: readonly RecordedNode[], holdsLock = true): readonly Event[] {
  const events: Event[] = []
  tellOf(leftOver(nodes), holdsLock, (event) => events.push(event))
  return events
}

const during = { what: 'write /etc/x', begun: '' }

describe('what the last run left', () => {
  it('is nothing when it came to its end, or was never', () => {
    expect(told([node('n1', record('b', { outcome: 'ok' })), node('n2', undefined)])).toEqual([])
    expect(told([node('n1', record('b', { outcome: 'finished by c' }))])).toEqual([])
  })

  it('names the run that died, whose it was, and the step of each node', () => {
    expect(told([node('n1', record('b')), node('n2', record('b', { step: during }))])).toEqual([
      {
        kind: 'warning',
        text: 'run b of ann@desk (apply --yes) died after `systemctl start consul` on n1, during `write /etc/x` on n2; finishing what differs',
      },
    ])
  })

  it.each([
    ['interrupted', 'was stopped after'],
    ['failed', 'failed after'],
  ])('tells one that %s from one that died', (outcome, words) => {
    expect(JSON.stringify(told([node('n1', record('b', { outcome }))]))).toContain(words)
  })

  it('is outdated by any later run', () => {
    expect(told([node('n1', record('c', { outcome: 'ok' })), node('n2', record('b'))])).toEqual([])
  })

  it('names what was to come after the last step, and who goes on with it', () => {
    const step = (begun: string) => ({ what: 'restart PostgreSQL', begun })
    const earlier = record('b', { left: 'n2, n1', step: step('2026-11-22T18:45:01Z') })
    const later = record('b', { left: 'then switchover, n1', step: step('2026-11-22T18:45:09Z') })
    const text = (command: string) =>
      JSON.stringify(told([node('n3', { ...later, command }), node('n2', { ...earlier, command })]))

    expect(text('apply')).toContain('; not begun by then: then switchover, n1; finishing what differs')
    expect(text('restart --rolling --yes')).toContain(
      '; not begun by then: then switchover, n1; run it again to go on',
    )
    const last = record('b', { step: step('2026-11-22T18:45:19Z') })
    expect(JSON.stringify(told([node('n1', last), node('n2', earlier)]))).not.toContain('not begun')
  })

  it('may be at work still, when somebody else holds the lock', () => {
    const text = JSON.stringify(told([node('n1', record('b'), true)], false))

    expect(text).toContain('is at work now')
    expect(text).not.toContain('died')
  })
})

describe('a run that is asked to stop', () => {
  it('begins no other step, and ends with exit code 130', async () => {
    const stop = new AbortController()
    const target = wordNode({})
    const emit = (event: Event) => {
      if (event.kind === 'step-end') stop.abort()
    }
    const error = await failureOf(
      applyResources(target, [thing('a'), thing('b')], { runId: 'r-1', emit, signal: stop.signal }),
    )

    expect(error.kind).toBe('interrupted')
    expect(exitCodeOf(error)).toBe(130)
    const steps = target.runs.filter(({ script }) => script.startsWith('PGHA_RUN='))
    expect(steps.map(({ script }) => script.split('\n').at(-1))).toEqual(['set a=wanted'])
  })
})
