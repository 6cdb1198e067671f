import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { closeRecord, RunJournal } from '../../src/engine/run-journal.ts'
import { parseLastRun, lastRunFragment } from '../../src/facts/last-run.ts'
import { parseRecord, type RunRecord } from '../../src/shared/run-record.ts'
import { type Sandbox, sandbox } from '../resources/support.ts'
import { shells } from '../support/fake-connection.ts'

const info = {
  id: '20261122T184500-3f2a',
  by: { user: 'ann', host: 'desk' },
  command: `apply -e x='…'`,
  inventory: 'aa',
  plan: 'bb',
  started: '2026-11-22T18:45:00.000Z',
}

describe.each(shells)('the record of a run (%s)', (shell) => {
  let node: Sandbox
  let journal: RunJournal

  beforeEach(() => {
    node = sandbox(shell)
    journal = new RunJournal(info)
  })

  afterEach(() => node.close())

  const kept = async (): Promise<RunRecord | undefined> =>
    parseRecord((await node.connection.run(`cat /var/lib/pgha/runs/${info.id}.json`)).stdout)

  it('names the step while it runs, and how it ended', async () => {
    const step = { what: `write /etc/"a"`, script: 'cat /var/lib/pgha/runs/*.json; exit 3' }
    const { code, stdout } = await node.connection.run(journal.around('n1', step))

    expect(code).toBe(3)
    expect(parseRecord(stdout)?.step).toEqual({ what: step.what, begun: expect.any(String) as string })
    expect(await kept()).toMatchObject({ ...info, step: { what: step.what, code: 3 } })
    expect((await kept())?.outcome).toBeUndefined()
  })

  it('lists files once, with the backup of those that were there before', async () => {
    const write = (path: string, isNew: boolean) => ({ what: path, script: ':', writes: [{ path, isNew }] })
    await node.connection.run(journal.around('n1', write('/etc/a', false)))
    await node.connection.run(journal.around('n1', write('/etc/b', true)))
    await node.connection.run(journal.around('n1', write('/etc/b', false)))

    expect((await kept())?.files.map(({ path, backup }) => [path, backup?.split('/var/').at(-1)])).toEqual([
      ['/etc/a', `backups/pgha/${info.id}/etc/a`],
      ['/etc/b', undefined],
    ])
    expect(journal.hosts).toEqual(['n1'])
  })

  it('has what no script of the node does: when it began, what comes after it, and its end', async () => {
    const what = `restart PostgreSQL of n1`
    await node.connection.run(
      journal.around('n1', { what: 'x', script: ':', writes: [{ path: '/a', isNew: true }] }),
    )
    await node.connection.run(journal.begin('n1', what, 'then switchover, n2'))
    expect(await kept()).toMatchObject({
      step: { what },
      left: 'then switchover, n2',
      files: [{ path: '/a' }],
    })
    expect((await kept())?.step.ended).toBeUndefined()

    await node.connection.run(journal.end('n1'))
    expect(await kept()).toMatchObject({ step: { what, code: 0 }, left: 'then switchover, n2' })
    expect((await kept())?.step.ended).toBeDefined()
    await node.connection.run(journal.finish('n1', 'interrupted'))
    expect(await kept()).toMatchObject({ outcome: 'interrupted', left: 'then switchover, n2' })
    await node.connection.run(journal.finish('n1', 'ok'))
    expect((await kept())?.left).toBeUndefined()
  })

  it('is for root alone', async () => {
    await node.connection.run(journal.around('n1', { what: 'x', script: ':' }))

    expect((await node.connection.run('stat -c %a /var/lib/pgha/runs /var/lib/pgha/runs/*')).stdout).toBe(
      '700\n600\n',
    )
  })

  it('says at the end how the run went, and drops the backups of runs long past', async () => {
    await node.connection.run(journal.around('n1', { what: 'x', script: ':' }))
    await node.connection.run(
      'for n in $(seq 10 34); do mkdir -p /var/backups/pgha/20261101T0000$n-aaaa; done; mkdir /var/backups/pgha/mine',
    )
    await node.connection.run(journal.finish('n1', 'ok'))

    expect((await kept())?.outcome).toBe('ok')
    expect(node.list('var/backups/pgha')).toHaveLength(20)
    expect(node.list('var/backups/pgha')).toContain('mine')
  })

  it('is read by the next run: the newest, and whether somebody is at work', async () => {
    await node.connection.run(journal.around('n1', { what: 'x', script: ':' }))
    await node.connection.run(
      new RunJournal({ ...info, id: '20261123T000000-0000' }).around('n1', { what: 'y', script: ':' }),
    )
    const { stdout } = await node.connection.run(lastRunFragment.replace('/run/pgha.lock', node.path('lock')))

    expect(parseLastRun(stdout)).toMatchObject({ record: { step: { what: 'y' } }, isLocked: false })
  })

  it('is closed by the run that did its work, which sweeps what was left beside its files', async () => {
    node.write('etc/.a.conf.pgha.Xy12Zz', 'half')
    const step = { what: 'x', script: ':', writes: [{ path: node.path('etc/a.conf'), isNew: true }] }
    await node.connection.run(journal.around('n1', step))
    const record = await kept()
    if (record === undefined) throw new Error('no record')
    await node.connection.run(closeRecord(record, 'another'))

    expect((await kept())?.outcome).toBe('finished by another')
    expect(node.list('etc')).toEqual([])
  })
})
