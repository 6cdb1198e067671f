import { describe, expect, it } from 'vitest'

import { postgresRestartType, restartChanges } from '../../src/resources/postgres-restart.ts'
import type { PostgresRestartState, PostgresRestartWant } from '../../src/resources/postgres-state.ts'
import { effectiveText, type EffectiveSetting, isEffective } from '../../src/resources/postgres-value.ts'

/** What a node prints: the answer of its Patroni, then rows of its PostgreSQL. */
function told(answer: string, ...rows: readonly string[]): string {
  return [answer, '@200 http://198.18.1.11:8008/patroni', '', '@postgres', ...rows, ''].join('\n')
}

function setting(name: string, value: string, more: Partial<EffectiveSetting> = {}): EffectiveSetting {
  return {
    ...{ name, setting: value, unit: null, vartype: 'integer', context: 'postmaster' },
    ...{ source: 'configuration file', sourcefile: null },
    ...more,
  }
}

describe('a value', () => {
  it.each([
    ['128MB', '16384', '8kB', 'integer', true],
    ['0.125GB', '16384', '8kB', 'integer', true],
    [16384, '16384', '8kB', 'integer', true],
    ['129MB', '16384', '8kB', 'integer', false],
    ['5min', '300', 's', 'integer', true],
    ['300', '300', 's', 'integer', true],
    ['1h', '60', 'min', 'integer', true],
    ['-1', '-1', 'kB', 'integer', true],
    ['0.90', '0.9', null, 'real', true],
    [true, 'on', null, 'bool', true],
    ['yes', 'on', null, 'bool', true],
    ['off', 'on', null, 'bool', false],
    ['Replica', 'replica', null, 'enum', true],
    [true, 'on', null, 'enum', true],
    ['yes', 'on', null, 'enum', true],
    [1, 'on', null, 'enum', true],
    [false, 'off', null, 'enum', true],
    ['No', 'off', null, 'enum', true],
    ['0', 'off', null, 'enum', true],
    [true, 'off', null, 'enum', false],
    [true, 'always', null, 'enum', false],
    ['try', 'on', null, 'enum', false],
    ['a, b', 'a,b', null, 'string', false],
    ['3 apples', '3', 'kB', 'integer', false],
  ])('%s is %s of %s: %s %s', (wanted, value, unit, vartype, same) => {
    expect(isEffective(wanted, setting('x', value, { unit, vartype }))).toBe(same)
  })

  it.each([
    ['16384', '8kB', '128MB'],
    ['16385', '8kB', '131080kB'],
    ['300', 's', '5min'],
    ['100', null, '100'],
    ['-1', 'kB', '-1'],
    ['0', '8kB', '0'],
  ])('%s of %s reads %s', (value, unit, text) => {
    expect(effectiveText(setting('x', value, { unit }))).toBe(text)
  })
})

const want: PostgresRestartWant = {
  ...{ member: 'pg_01', members: 3, url: 'http://198.18.1.11:8008' },
  psql: {
    path: '/usr/lib/postgresql/17/bin/psql',
    socketDir: '/var/run/postgresql',
    port: 5432,
    user: 'postgres',
  },
  parameters: { max_connections: 200, work_mem: '8MB', wal_level: 'replica' },
}

function state(more: Partial<NonNullable<PostgresRestartState>> = {}): NonNullable<PostgresRestartState> {
  const settings = [
    setting('max_connections', '200'),
    setting('work_mem', '4096', { unit: 'kB', context: 'user' }),
    setting('wal_level', 'replica', { vartype: 'enum' }),
  ]
  return { isLeader: false, position: 1, isPending: false, reasons: [], settings, ...more }
}

/** A row as it is asked for where something is pruned. */
function stored(name: string, value: string, more: Partial<EffectiveSetting> = {}): EffectiveSetting {
  const sourcefile = '/var/lib/postgresql/17/main/postgresql.conf'
  return setting(name, value, { sourcefile, boot_val: '0', elsewhere: null, ...more })
}

describe('a parameter that is pruned', () => {
  const buffers = { unit: '8kB', boot_val: '16384' }
  const byCommand = { source: 'command line', sourcefile: null }
  const prune = ['postgresql.parameters']

  it.each([
    [
      'goes back to the value of initdb',
      stored('shared_buffers', '32768', { ...buffers, elsewhere: '128MB' }),
      '256MB → 128MB',
    ],
    ['goes back to the default', stored('shared_buffers', '32768', buffers), '256MB → 128MB'],
    ['owes a restart for its line, whatever the value', stored('max_files', '9', { boot_val: '9' }), '9 → 9'],
    [
      'stays, where initdb said the same',
      stored('shared_buffers', '16384', { ...buffers, elsewhere: '128MB' }),
      undefined,
    ],
    [
      'goes back to what Patroni passes',
      setting('max_connections', '200', { ...byCommand, boot_val: '100' }),
      '200 → 100',
    ],
    [
      'is passed by Patroni as it is',
      setting('max_connections', '100', { ...byCommand, boot_val: '100' }),
      undefined,
    ],
    [
      'was never in the DCS',
      stored('shared_buffers', '16384', { sourcefile: '/x/postgresql.base.conf' }),
      undefined,
    ],
    ['is none of the DCS', setting('config_file', '/x', { ...byCommand, boot_val: '' }), undefined],
    ['needs no restart', stored('work_mem', '8192', { context: 'user' }), undefined],
  ])('%s', (_, found, change) => {
    const wanted = { ...want, parameters: {}, prune }
    const shown = restartChanges(wanted, state({ settings: [found] })).map(
      ({ from, to }) => `${from} → ${to}`,
    )
    expect(shown).toEqual(change === undefined ? [] : [change])
  })

  it('is one that the inventory does not name, and prune does', () => {
    const settings = [stored('max_connections', '200', { boot_val: '100' }), stored('max_files', '9')]
    const changed = (paths: readonly string[]) =>
      restartChanges({ ...want, prune: paths }, state({ settings })).map(({ name }) => name)
    expect(changed(prune)).toEqual(['max_files'])
    expect(changed(['postgresql'])).toEqual(['max_files'])
    expect(changed(['postgresql.parameters.max_files'])).toEqual(['max_files'])
    expect(changed(['postgresql.parameters.work_mem', 'loop_wait'])).toEqual([])
  })

  it('has its label in the plan: a restart, not the reload of the DCS', () => {
    const found = state({ isLeader: true, settings: [stored('max_files', '9', { boot_val: '5' })] })
    const difference = postgresRestartType.diff({ ...want, prune }, found)
    expect(difference).toMatchObject({ verb: 'restart', disruption: 'switchover' })
    expect(difference?.summary).toBe('max_files 9 → 5')
  })

  it('is asked for only when there is one, and read as PostgreSQL 17 prints it', () => {
    expect(postgresRestartType.probe([want])).not.toContain('boot_val')
    expect(postgresRestartType.probe([{ ...want, prune: ['loop_wait'] }])).not.toContain('boot_val')
    expect(postgresRestartType.probe([{ ...want, prune }])).toContain('pg_file_settings')
    const status = '{"state": "running", "role": "replica"}'
    const row =
      '{"name":"shared_buffers","setting":"32768","unit":"8kB","vartype":"integer","context":"postmaster","source":"configuration file","sourcefile":"/var/lib/postgresql/17/main/postgresql.conf","boot_val":"16384","elsewhere":"128MB"}'
    const [found] = postgresRestartType.parse(told(status, row), [want])
    expect(restartChanges({ ...want, prune }, found)).toEqual([
      { name: 'shared_buffers', from: '256MB', to: '128MB' },
    ])
  })
})

const old = [setting('max_connections', '100')]

describe('what ALTER SYSTEM has set', () => {
  const sourcefile = '/var/lib/postgresql/17/main/postgresql.auto.conf'

  it('is unmanaged; a text, which may be a secret, is not shown', () => {
    const settings = [
      setting('work_mem', '8192', { unit: 'kB', context: 'user', sourcefile }),
      setting('primary_conninfo', 'password=secret', { vartype: 'string', sourcefile }),
      setting('max_connections', '200', { sourcefile: '/etc/postgresql.conf' }),
    ]
    expect(postgresRestartType.unmanaged?.(want, state({ settings }))).toEqual([
      'work_mem 8MB, set by ALTER SYSTEM in postgresql.auto.conf',
      'primary_conninfo, set by ALTER SYSTEM in postgresql.auto.conf',
    ])
    expect(postgresRestartType.unmanaged?.(want, undefined)).toEqual([])
  })

  it('does not hide a restart that Patroni knows of', () => {
    const reason = { name: 'max_files_per_process', from: '1000', to: '2000' }
    const settings = [setting('max_files_per_process', '1000', { sourcefile })]
    expect(restartChanges(want, state({ settings, reasons: [reason] }))).toEqual([reason])
  })
})

describe('a member owes a restart', () => {
  it.each([
    ['not, when all is effective', state(), undefined],
    ['not, while nobody answers', undefined, undefined],
    ['for a parameter that only a restart changes', state({ settings: old }), 'max_connections 100 → 200'],
    [
      'not for what the DCS is about to be corrected for',
      state({ isPending: true, reasons: [{ name: 'max_connections', from: '200', to: '900' }] }),
      undefined,
    ],
    ['when Patroni says so', state({ isPending: true }), 'Patroni says that a restart is pending'],
    [
      'for what Patroni knows besides',
      state({ isPending: true, settings: old, reasons: [{ name: 'ssl_library', from: 'a', to: 'b' }] }),
      'max_connections 100 → 200, ssl_library a → b',
    ],
  ])('%s', (_, found, summary) => {
    expect(postgresRestartType.diff(want, found)?.summary).toBe(summary)
  })

  it('with a switchover where it leads, in place where it is alone', () => {
    const leads = state({ isLeader: true, settings: old })
    expect(postgresRestartType.diff(want, leads)?.disruption).toBe('switchover')
    expect(postgresRestartType.diff(want, state({ settings: old }))?.disruption).toBe('rolling-restart')
    expect(postgresRestartType.diff({ ...want, members: 1 }, leads)?.summary).toContain('in place')
  })

  it('by what Patroni 4.0.7 and PostgreSQL 17 of Debian 13 print', () => {
    const status =
      '{"state": "running", "role": "replica", "xlog": {"received_location": 9, "replayed_location": 8}, "pending_restart": true, "pending_restart_reason": {"max_connections": {"old_value": "100", "new_value": "200"}}}'
    const row =
      '{"name":"max_connections","setting":"100","unit":null,"vartype":"integer","context":"postmaster","source":"command line","sourcefile":null}'
    const [found] = postgresRestartType.parse(told(status, row), [want])
    expect(found).toMatchObject({ isLeader: false, position: 8, isPending: true })
    expect(restartChanges(want, found)).toEqual([{ name: 'max_connections', from: '100', to: '200' }])
    const stopped = status.replace('"running"', '"start failed"')
    const [down] = postgresRestartType.parse(told(stopped), [want])
    expect(postgresRestartType.diff(want, down)).toBeUndefined()
    expect(
      postgresRestartType.parse('\n@000 http://198.18.1.11:8008/patroni\n\n@postgres\n', [want]),
    ).toEqual([undefined])
  })
})
