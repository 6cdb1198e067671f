import { describe, expect, it } from 'vitest'

import type { Change } from '../../src/engine/plan.ts'
import { palette } from '../../src/report/palette.ts'
import { planText, summaryText } from '../../src/report/plan-text.ts'
import { unifiedDiff } from '../../src/report/unified-diff.ts'

const plain = palette(false)

function change(host: string, more: Partial<Change> = {}): Change {
  return {
    host,
    resource: 'file /etc/haproxy/haproxy.cfg',
    kind: 'file',
    role: 'haproxy',
    verb: 'update',
    summary: 'content',
    disruption: 'none',
    ...more,
  }
}

const text = { before: 'a\nmaxconn 80\nb\n', after: 'a\nmaxconn 800\nb\n' }

describe('the text of a plan', () => {
  const show = (changes: readonly Change[], hosts = 3) =>
    planText({ changes, hosts, resources: 73 }, { title: 'pgha diff', hosts, colors: plain })

  it('shows what is the same on several hosts once, with all of them', () => {
    const reload = { resource: 'service haproxy', verb: 'reload', summary: 'newer' } as const

    expect(
      show([change('n1', { text }), change('n1', reload), change('n2', { text }), change('n2', reload)]),
    ).toBe(
      `pgha diff · 3 hosts · 73 resources
  ~ file /etc/haproxy/haproxy.cfg  update content  n1 n2
       a
      -maxconn 80
      +maxconn 800
       b
  ↻ service haproxy  reload newer  n1 n2
Plan: 2 changes, 2 reloads.
`,
    )
  })

  it.each([
    ['content', { text: { ...text, before: 'a\nb\n' } }],
    ['reason', { summary: 'mode 0600 → 0644' }],
    ['verb', { verb: 'create' }],
    ['provider', { after: 'package haproxy' }],
  ] as const)('keeps changes apart that differ by %s', (_, more) => {
    const shown = show([change('n1', { text }), change('n2', { text, ...more })])

    expect(shown.match(/haproxy\.cfg/g)).toHaveLength(2)
  })

  it('says when there is nothing to do, and where it looked', () => {
    expect(show([], 1)).toBe(
      'pgha diff · 1 host · 73 resources\nNothing to do: every node is as the inventory says.\n',
    )
  })

  it('says what a change comes after', () => {
    expect(
      show([change('n1', { verb: 'create', summary: 'root:root 0644', after: 'package haproxy' })]),
    ).toContain('  + file /etc/haproxy/haproxy.cfg  create root:root 0644 (after package haproxy)  n1\n')
  })

  it.each([
    ['create', '+'],
    ['install', '+'],
    ['start', '+'],
    ['enable', '+'],
    ['stop', '-'],
    ['disable', '-'],
    ['remove', '-'],
    ['delete', '-'],
    ['restart', '↻'],
    ['reload', '↻'],
    ['update', '~'],
    ['run', '~'],
  ] as const)('marks %s with %s', (verb, mark) => {
    expect(show([change('n1', { verb })])).toContain(`\n  ${mark} file`)
  })

  it('has colours only where they are wanted', () => {
    const plan = { changes: [change('n1', { text })], hosts: 1, resources: 1 }
    const coloured = planText(plan, { title: 't', hosts: 1, colors: palette(true) })

    expect(show(plan.changes)).not.toContain('\u001b')
    expect(coloured).toContain('\u001b[31m-maxconn 80\u001b[39m')
    expect(coloured).toContain('\u001b[32m+maxconn 800\u001b[39m')
  })
})

describe('the summary of a plan', () => {
  it.each([
    [[], 'Nothing to do: every node is as the inventory says.'],
    [['update'], 'Plan: 1 change.'],
    [['update', 'create', 'start'], 'Plan: 3 changes.'],
    [['reload'], 'Plan: 1 reload.'],
    [['restart', 'restart', 'reload', 'update'], 'Plan: 1 change, 2 restarts, 1 reload.'],
  ] as const)('of %j is %s', (verbs, summary) => {
    expect(summaryText(verbs.map((verb) => change('n1', { verb })))).toBe(summary)
  })
})

describe('a unified diff', () => {
  const lines = (count: number, word: string) =>
    Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('')

  it.each([
    ['a new text', { before: '', after: 'a\nb\n' }, ['+a', '+b']],
    ['a new text without newline at its end', { before: '', after: 'a' }, ['+a']],
    ['a new empty text', { before: '', after: '' }, []],
    ['the same text', { before: 'a\n', after: 'a\n' }, []],
    ['one line', text, [' a', '-maxconn 80', '+maxconn 800', ' b']],
    [
      'two places',
      { before: lines(20, 'x'), after: lines(20, 'x').replace('x 3\n', 'y\n').replace('x 15\n', '') },
      [
        '@@ line 2 @@',
        ...[' x 1', ' x 2', '-x 3', '+y', ' x 4', ' x 5'],
        '@@ line 14 @@',
        ...[' x 13', ' x 14', '-x 15', ' x 16', ' x 17'],
      ],
    ],
    ['a newline at the end', { before: 'a', after: 'a\n' }, ['-a', '\\ No newline at end of file', '+a']],
  ])('shows %s', (_, change, expected) => {
    expect(unifiedDiff(change)).toEqual(expected)
  })

  it('does not take minutes over texts that share nothing', () => {
    const began = Date.now()
    const shown = unifiedDiff({ before: lines(60_000, 'a'), after: lines(60_000, 'b') })

    expect(shown).toEqual(['@@ too different to show: 60000 → 60000 lines @@'])
    expect(Date.now() - began).toBeLessThan(5000)
  })
})
