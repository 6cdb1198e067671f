import { describe, expect, it } from 'vitest'

import { runsOf } from '../../src/actions/history.ts'
import { restored } from '../../src/actions/restored.ts'
import { file } from '../../src/resources/file.ts'
import { contentHash } from '../../src/resources/hash.ts'
import { service } from '../../src/resources/service/service.ts'

const config = file({
  path: '/etc/haproxy.cfg',
  content: 'new',
  mode: '0640',
  validate: 'haproxy -c -f "$F"',
})
const other = file({ path: '/etc/other', content: 'new' })
const haproxy = service({ unit: 'haproxy.service', reloadOn: [config, other] })
const unconcerned = service({ unit: 'consul.service', reloadOn: [other] })
const backup = { path: '/etc/haproxy.cfg', content: 'old', owner: 'root', group: 'root', mode: '0644' }

describe('a rollback', () => {
  it('wants a file as it was, checked as ever, and the services that read it up to date with that', () => {
    const [before, reader, ...rest] = restored([config, other, haproxy, unconcerned], [backup], [])

    expect(rest).toEqual([])
    expect(before?.want).toMatchObject({ ...backup, validate: 'haproxy -c -f "$F"' })
    expect(reader).toMatchObject({
      id: 'service haproxy',
      want: {
        reloadInputs: [
          { sha256: contentHash({ content: 'old' }) },
          { sha256: contentHash({ content: 'new' }) },
        ],
      },
    })
  })

  it('masks what nobody wants any more as if it held secrets', () => {
    const [stray] = restored([], [backup], [])

    expect(stray).toMatchObject({ phase: 'prepare', want: { content: 'old', secret: true } })
  })

  it('removes what the run had made only when asked to', () => {
    expect(restored([config], [], [])).toEqual([])
    expect(restored([config], [], ['/etc/haproxy.cfg', '/etc/gone']).map(({ id }) => id)).toEqual([
      'absent-file /etc/haproxy.cfg',
      'absent-file /etc/gone',
    ])
  })
})

describe('the history', () => {
  const record = (id: string, outcome?: string) => ({
    ...{ id, by: { user: 'ann', host: 'desk' }, command: 'apply', inventory: '', plan: '', files: [] },
    ...{ started: '2026-11-22T18:45:00.000Z', step: { what: 'x', begun: '' } },
    ...(outcome === undefined ? {} : { outcome }),
  })

  it('puts together what each node knows, newest first, the worst end of each run', () => {
    const runs = runsOf([
      { host: 'n1', record: record('20261122T1', 'ok') },
      { host: 'n2', record: record('20261122T1') },
      { host: 'n1', record: record('20261122T2', 'ok') },
    ])

    expect(runs.map(({ id, outcome, hosts }) => [id, outcome, hosts.length])).toEqual([
      ['20261122T2', 'ok', 1],
      ['20261122T1', 'died', 2],
    ])
  })
})
