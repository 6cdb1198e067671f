import { describe, expect, it } from 'vitest'

import type { CheckResult } from '../../src/cluster/checks/check.ts'
import type { MemberView } from '../../src/cluster/patroni-api.ts'
import { healthText, isHealthy } from '../../src/report/health-text.ts'
import { palette } from '../../src/report/palette.ts'
import { isStatusHealthy, statusText, type StatusReport } from '../../src/report/status-text.ts'
import { table } from '../../src/report/table.ts'

const plain = palette(false)

describe('the text of health', () => {
  const fine: CheckResult = { check: 'one leader', ok: true, summary: 'n1 leads', figures: {} }
  const ill: CheckResult = { check: 'VIP held once', ok: false, summary: 'no node holds it', figures: {} }

  it('has a line per check and the verdict', () => {
    expect(healthText([fine, ill], plain)).toBe(`  ok   one leader     n1 leads
  FAIL VIP held once  no node holds it
unhealthy: 1 of 2 checks failed
`)
    expect(healthText([fine], plain)).toBe('  ok   one leader  n1 leads\nhealthy\n')
  })

  it('is healthy when every check holds', () => {
    expect([isHealthy([fine]), isHealthy([fine, ill])]).toEqual([true, false])
  })

  it('is coloured where that is wanted', () => {
    expect(healthText([ill], palette(true))).toContain('\u001b[31mFAIL\u001b[39m')
  })
})

const hosts = ['n1', 'n2', 'n3']
const view = (name: string, more: Partial<MemberView> = {}): MemberView => ({
  name: `pg_${name}`,
  role: 'replica',
  state: 'streaming',
  timeline: 1,
  lagBytes: 0,
  ...more,
})
const leader = view('n1', { role: 'leader', state: 'running', lagBytes: undefined })
const seenBy = (...members: readonly MemberView[]) => ({ from: 'pg_n1', members, paused: false })

const healthy: StatusReport = {
  scope: 'main',
  vip: '198.18.1.100',
  vipHolders: ['n2'],
  view: seenBy(leader, view('n2'), view('n3', { lagBytes: 56 })),
  reasons: new Map(),
  unreachable: [],
  notStreaming: [],
  members: hosts.map((host, n) => ({ name: `pg_${host}`, host, address: `198.18.1.1${n + 1}` })),
}

describe('the text of the status', () => {
  it('is a table of the members, with lag and VIP', () => {
    expect(statusText(healthy, plain)).toBe(`main · VIP 198.18.1.100 on n2
member  host  address      role     state      timeline  lag
pg_n1   n1    198.18.1.11  leader   running    1
pg_n2   n2    198.18.1.12  replica  streaming  1         0 B   VIP
pg_n3   n3    198.18.1.13  replica  streaming  1         56 B
`)
  })

  it('says what waits, and that nobody takes over', () => {
    const at = '2026-11-22T03:00:00+00:00'
    const scheduled = { at, from: 'pg_n1', to: 'pg_n2' }
    const whole = healthy.view ?? seenBy()

    expect(statusText({ ...healthy, view: { ...whole, paused: true, scheduled } }, plain)).toMatch(
      /\npaused: nobody takes over.*\nswitchover from pg_n1 to pg_n2 at 2026-11-22T03:00:00\+00:00 \(pgha switchover --cancel\)\n$/,
    )
    const open = { at, from: 'pg_n1' }
    expect(statusText({ ...healthy, view: { ...whole, scheduled: open } }, plain)).toContain(
      'to the best replica',
    )
  })

  it('shows members that are missing, and those that nobody knows', () => {
    const status = { ...healthy, vipHolders: [], view: seenBy(leader, view('n2'), view('x9')) }

    expect(statusText(status, plain)).toBe(`main · VIP 198.18.1.100 on no node
member  host                    address      role     state      timeline  lag
pg_n1   n1                      198.18.1.11  leader   running    1
pg_n2   n2                      198.18.1.12  replica  streaming  1         0 B
pg_n3   n3                      198.18.1.13  -        unknown
pg_x9   (not in the inventory)               replica  streaming  1         0 B
`)
  })

  it('says why nobody can say', () => {
    const reasons = new Map([['pg_n1', 'Connection refused']])
    const status = { ...healthy, view: undefined, reasons, unreachable: ['n3 is unreachable'] }

    expect(statusText(status, plain)).toMatch(/\nn3 is unreachable\npg_n1: Connection refused\n$/)
  })
})

describe('a status is healthy', () => {
  it.each<readonly [string, Partial<StatusReport>, boolean]>([
    ['with a leader, all members and one VIP', {}, true],
    [
      'on old versions, whose replicas call themselves running',
      { view: seenBy(leader, view('n2', { state: 'running' }), view('n3')) },
      true,
    ],
    [
      'but not with a replica that runs and does not stream',
      { view: seenBy(leader, view('n2', { state: 'running' }), view('n3')), notStreaming: ['pg_n2'] },
      false,
    ],
    ['but not without a view', { view: undefined }, false],
    ['but not without a leader', { view: seenBy(view('n1'), view('n2'), view('n3')) }, false],
    ['but not with two', { view: seenBy(leader, view('n2', { role: 'leader' }), view('n3')) }, false],
    ['but not with a member missing', { view: seenBy(leader, view('n2')) }, false],
    [
      'but not with a member being cloned',
      { view: seenBy(leader, view('n2', { state: 'creating replica' }), view('n3')) },
      false,
    ],
    ['but not with the VIP on two nodes', { vipHolders: ['n1', 'n2'] }, false],
    ['but not with the VIP on none', { vipHolders: [] }, false],
    ['but not with a node out of reach', { unreachable: ['n3'] }, false],
  ])('%s', (_, more, expected) => {
    expect(isStatusHealthy({ ...healthy, ...more })).toBe(expected)
  })
})

describe('a table', () => {
  it('has columns as wide as their widest cell, and no blanks at the ends', () => {
    expect(
      table([
        ['a', 'bb', ''],
        ['ccc', '', 'd'],
        ['e', 'f', ''],
      ]),
    ).toBe('a    bb\nccc      d\ne    f')
  })
})
