import { spawn } from 'node:child_process'
import { existsSync, readFileSync, utimesSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Resource } from '../../src/engine/resource.ts'
import { file } from '../../src/resources/file.ts'
import { sha256 } from '../../src/resources/hash.ts'
import { inputsHash } from '../../src/resources/service/marker.ts'
import {
  service,
  type ServiceOptions,
  serviceType,
  type ServiceWant,
} from '../../src/resources/service/service.ts'
import type { ServiceState } from '../../src/resources/service/state.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { fakeSystemd, type FakeSystemd } from './fake-systemd.ts'
import { me, type Sandbox, sandbox } from './support.ts'

const config = file({ path: '/etc/haproxy/haproxy.cfg', content: 'maxconn 800\n' })
const input = { path: '/etc/haproxy/haproxy.cfg', sha256: sha256('maxconn 800\n') }

function wish(options: Partial<ServiceOptions> = {}): ServiceWant {
  return service({ unit: 'haproxy.service', reloadOn: [config], ...options }).want as ServiceWant
}

const onDisk = (modifiedAt: number, hash = input.sha256) =>
  new Map([[input.path, { sha256: hash, modifiedAt }]])
const marker = { restart: inputsHash([]), reload: inputsHash([input]), writtenAt: 1000 }
const healthy: ServiceState = {
  load: 'loaded',
  active: 'active',
  atBoot: 'enabled',
  startedAt: 900,
  isUnitStale: false,
  programReplaced: false,
  commandLine: '/usr/bin/python3/usr/bin/patroni/etc/patroni/patroni.yml',
  dropIns: [],
  files: [],
  marker,
  disk: onDisk(990),
}
const owed = '/etc/haproxy/haproxy.cfg newer than the process'

interface Case {
  readonly state: string
  readonly found: Partial<ServiceState>
  readonly want?: Partial<ServiceOptions>
  readonly verb?: string
  readonly summary?: string
  readonly steps?: readonly string[]
}

const cases: readonly Case[] = [
  { state: 'runs with what its marker says', found: {} },
  { state: 'reloads just now', found: { active: 'reloading' } },
  { state: 'is static, which cannot be enabled', found: { atBoot: 'static' } },
  {
    state: 'does not run',
    found: { active: 'inactive' },
    verb: 'start',
    summary: 'inactive → running',
    steps: ['systemctl start haproxy.service'],
  },
  {
    state: 'failed',
    found: { active: 'failed' },
    verb: 'start',
    summary: 'failed → running',
    steps: ['systemctl start haproxy.service'],
  },
  {
    state: 'is restarted by systemd again and again',
    found: { active: 'activating' },
    verb: 'start',
    summary: 'activating → running',
    steps: ['systemctl start haproxy.service'],
  },
  {
    state: 'is not there: its package is to come',
    found: { load: 'not-found', active: 'inactive', atBoot: '', marker: undefined, disk: new Map() },
    verb: 'start',
    summary: 'not there → running, not enabled → enabled',
    steps: ['systemctl enable haproxy.service', 'systemctl start haproxy.service'],
  },
  {
    state: 'would not run after a reboot',
    found: { atBoot: 'disabled' },
    verb: 'enable',
    summary: 'disabled → enabled',
    steps: ['systemctl enable haproxy.service'],
  },
  {
    state: 'is enabled until the next boot only',
    found: { atBoot: 'enabled-runtime' },
    verb: 'enable',
    summary: 'enabled-runtime → enabled',
    steps: ['systemctl enable haproxy.service'],
  },
  {
    state: 'was last reloaded with other inputs: a crash came between file and reload',
    found: { marker: { ...marker, reload: inputsHash([{ ...input, sha256: 'old' }]) } },
    verb: 'reload',
    summary: owed,
    steps: ['systemctl reload haproxy.service'],
  },
  {
    state: 'has an input that is still to be mended: the process may have read it',
    found: { disk: onDisk(990, 'drifted') },
    verb: 'reload',
    summary: owed,
    steps: ['systemctl reload haproxy.service'],
  },
  {
    state: 'has an input that was mended after the last reload',
    found: { disk: onDisk(1001) },
    verb: 'reload',
    summary: owed,
    steps: ['systemctl reload haproxy.service'],
  },
  {
    state: 'was started with another configuration, and must not be stopped',
    want: { mayRestart: false, startedAs: { words: ['/usr/bin/patroni', '/etc/patroni.yml'], answers: ':' } },
    found: {},
    verb: 'restart',
    summary: 'was not started as /usr/bin/patroni /etc/patroni.yml',
    steps: ['kill the process of haproxy.service for systemd to start it anew, and wait until it answers'],
  },
  {
    state: 'was started as it should be',
    want: {
      mayRestart: false,
      startedAs: { words: ['/usr/bin/patroni', '/etc/patroni/patroni.yml'], answers: ':' },
    },
    found: {},
  },
  ...['(patroni)', '/usr/lib/systemd/systemd-executor--deserialize61'].map((commandLine) => ({
    state: `is being started: ${commandLine}`,
    want: { mayRestart: false, startedAs: { words: ['/usr/bin/patroni', '/etc/patroni.yml'], answers: ':' } },
    found: { commandLine },
  })),
  { state: 'has an input from the second of its last reload', found: { disk: onDisk(1000) } },
  {
    state: 'has an input that is still to be written',
    found: { disk: new Map() },
    verb: 'reload',
    summary: owed,
    steps: ['systemctl reload haproxy.service'],
  },
  {
    state: 'runs since before pgha came, with older inputs',
    found: { marker: undefined, disk: onDisk(899) },
  },
  {
    state: 'runs since before pgha came, with a younger input',
    found: { marker: undefined, disk: onDisk(901) },
    verb: 'reload',
    summary: owed,
    steps: ['systemctl reload haproxy.service'],
  },
  {
    state: 'runs a program that a package has replaced',
    found: { programReplaced: true },
    verb: 'restart',
    summary: 'runs a program that a package has replaced',
    steps: ['systemctl restart haproxy.service'],
  },
  {
    state: 'has a changed input that only a restart makes effective',
    want: { reloadOn: [], restartOn: [config] },
    found: { disk: onDisk(1001) },
    verb: 'restart',
    summary: owed,
    steps: ['systemctl restart haproxy.service'],
  },
  {
    state: 'is owed a restart and a reload: the restart does for both',
    want: { reloadOn: [config], restartOn: [config] },
    found: { disk: onDisk(1001) },
    verb: 'restart',
    summary: owed,
    steps: ['systemctl restart haproxy.service'],
  },
  {
    state: 'had inputs once that it has no more',
    want: { reloadOn: [], restartOn: [] },
    found: { marker: { ...marker, restart: inputsHash([input]) } },
  },
  {
    state: 'must not be restarted, and runs a program that a package has replaced',
    want: { mayRestart: false, restartOn: [config] },
    found: { programReplaced: true, marker: { ...marker, restart: 'other' } },
  },
  {
    state: 'must not be restarted, but is owed a reload',
    want: { mayRestart: false },
    found: { programReplaced: true, disk: onDisk(1001) },
    verb: 'reload',
    summary: owed,
    steps: ['systemctl reload haproxy.service'],
  },
  {
    state: 'must not be restarted, but started when it is down',
    want: { mayRestart: false },
    found: { active: 'failed' },
    verb: 'start',
    summary: 'failed → running',
    steps: ['systemctl start haproxy.service'],
  },
  {
    state: 'has a unit that systemd has not read again',
    found: { isUnitStale: true },
    verb: 'run',
    summary: 'systemd has not read the changed unit yet',
    steps: ['systemctl daemon-reload'],
  },
  {
    state: 'has an unread unit and is down: systemd reads first',
    found: { isUnitStale: true, active: 'inactive' },
    verb: 'start',
    summary: 'inactive → running, systemd has not read the changed unit yet',
    steps: ['systemctl daemon-reload', 'systemctl start haproxy.service'],
  },
  {
    state: 'should not run, and does',
    want: { running: false },
    found: {},
    verb: 'stop',
    summary: 'active → stopped, enabled → disabled',
    steps: ['systemctl disable haproxy.service', 'systemctl stop haproxy.service'],
  },
  {
    state: 'should not run, and neither does it nor is it owed anything',
    want: { running: false },
    found: { active: 'inactive', atBoot: 'disabled', disk: onDisk(1001) },
  },
  {
    state: 'should not run, and is static',
    want: { running: false },
    found: { active: 'inactive', atBoot: 'static' },
  },
  {
    state: 'should not run, and is not there',
    want: { running: false },
    found: { load: 'not-found', active: 'inactive', atBoot: '' },
  },
  {
    state: 'should be masked, and runs',
    want: { running: false, masked: true },
    found: {},
    verb: 'stop',
    summary: 'active → stopped, enabled → masked',
    steps: ['systemctl mask haproxy.service'],
  },
  {
    state: 'should be masked, and is not there yet',
    want: { running: false, masked: true },
    found: { load: 'not-found', active: 'inactive', atBoot: '' },
    verb: 'disable',
    summary: 'not-found → masked',
    steps: ['systemctl mask haproxy.service'],
  },
  {
    state: 'is masked, but still runs',
    want: { running: false, masked: true },
    found: { load: 'masked', atBoot: 'masked' },
    verb: 'stop',
    summary: 'active → stopped',
    steps: ['systemctl mask haproxy.service'],
  },
  {
    state: 'is masked as it should be',
    want: { running: false, masked: true },
    found: { load: 'masked', active: 'inactive', atBoot: 'masked' },
  },
  {
    state: 'was masked by somebody',
    found: { load: 'masked', active: 'inactive', atBoot: 'masked' },
    verb: 'start',
    summary: 'inactive → running, masked → enabled',
    steps: [
      'systemctl unmask haproxy.service',
      'systemctl enable haproxy.service',
      'systemctl start haproxy.service',
    ],
  },
]

describe('a service that', () => {
  it.each(cases)('$state', ({ found, want = {}, verb, summary, steps = [] }) => {
    const state = { ...healthy, ...found }
    const difference = serviceType.diff(wish(want), state)

    expect(difference).toEqual(verb === undefined ? undefined : { verb, summary })
    if (difference === undefined) return
    const made = serviceType.steps([{ want: wish(want), state, difference }])
    expect(made.map(({ what }) => what)).toEqual(steps)
  })

  it('failed too often has that forgotten before it is started', () => {
    const state = { ...healthy, active: 'failed' }
    const [step] = serviceType.steps([
      { want: wish(), state, difference: { verb: 'start', summary: 'failed → running' } },
    ])

    expect(step?.script).toMatch(
      /^systemctl reset-failed -- haproxy.service; .*systemctl start -- haproxy.service/,
    )
  })
})

describe('what a service heeds besides', () => {
  const folder = '/etc/haproxy/conf.d'
  const unmanaged = (state: Partial<ServiceState>) =>
    serviceType.unmanaged?.(wish({ folders: [folder] }), { ...healthy, ...state })

  it("is an administrator's drop-in, but neither ours nor that of a package", () => {
    const dropIns = ['pgha.conf', 'limits.conf'].map(
      (name) => `/etc/systemd/system/haproxy.service.d/${name}`,
    )
    expect(unmanaged({ dropIns: [...dropIns, '/usr/lib/systemd/system/service.d/10-timeout.conf'] })).toEqual(
      ['/etc/systemd/system/haproxy.service.d/limits.conf'],
    )
  })

  it('is a file of a folder that its command line names', () => {
    const files = [`${folder}/extra.cfg`, '/etc/other/x.cfg']
    expect(unmanaged({ files })).toEqual([])
    expect(unmanaged({ files, commandLine: `/usr/sbin/haproxy-f${folder}` })).toEqual([`${folder}/extra.cfg`])
  })

  it('is read by the same script as its state', () => {
    const printed = `D|${folder}/a b.cfg\n\nNames=haproxy.service\nDropInPaths=/a.conf /b.conf\n`
    const [state] = serviceType.parse(printed, [wish()])
    expect(state).toMatchObject({ dropIns: ['/a.conf', '/b.conf'], files: [`${folder}/a b.cfg`] })
    expect(serviceType.probe([wish({ folders: [folder] })])).toContain(`${folder}/*`)
  })
})

describe('the hash of inputs', () => {
  it.each([
    ['another content', [{ ...input, sha256: 'x' }]],
    ['another path', [{ ...input, path: '/x' }]],
    ['one more', [input, input]],
    ['none', []],
  ])('is another with %s', (_, inputs) => {
    expect(inputsHash(inputs)).not.toBe(inputsHash([input]))
  })
})

describe('reading services', () => {
  const want = (unit: string): ServiceWant => ({ ...wish(), unit })
  const printed = `B|3780.12
S|81a4|root|root|1795376336|/proc/self/stat
M|haproxy.service|restart=${marker.restart}
M|haproxy.service|reload=${marker.reload}
M|consul.service|restart=half-written
S|81a4|root|root|1795376315|/var/lib/pgha/units/haproxy.service
S|81a4|root|root|1795376300|/var/lib/pgha/units/consul.service
S|81a4|root|root|1795376314|/etc/haproxy/haproxy.cfg
${input.sha256}  /etc/haproxy/haproxy.cfg
MainPID=948
Id=haproxy.service
Names=haproxy.service
LoadState=loaded
ActiveState=active
UnitFileState=enabled
ActiveEnterTimestampMonotonic=3759004154
NeedDaemonReload=yes

MainPID=740
Id=consul.service
Names=consul-agent.service consul.service
LoadState=loaded
ActiveState=active
UnitFileState=enabled
ActiveEnterTimestampMonotonic=3749124980
NeedDaemonReload=no

MainPID=0
Id=postgresql.service
Names=postgresql.service
LoadState=masked
ActiveState=inactive
UnitFileState=masked
ActiveEnterTimestampMonotonic=0

MainPID=0
Id=nosuch.service
Names=nosuch.service
LoadState=not-found
ActiveState=inactive
UnitFileState=
ActiveEnterTimestampMonotonic=0
E|/proc/948/exe|'/proc/948/exe' -> '/usr/sbin/haproxy (deleted)'
E|/proc/740/exe|'/proc/740/exe' -> '/usr/bin/consul'
A|948|/usr/sbin/haproxy-Ws-f/etc/haproxy/haproxy.cfg
`
  const units = ['haproxy', 'consul', 'postgresql', 'nosuch', 'unasked']
  const states = serviceType.parse(
    printed,
    units.map((name) => want(`${name}.service`)),
  )

  it('takes the output of Debian 12 (systemd 252)', () => {
    const [haproxy, consul, postgresql, nosuch] = states
    expect(haproxy).toEqual({
      dropIns: [],
      files: [],
      load: 'loaded',
      active: 'active',
      atBoot: 'enabled',
      startedAt: expect.closeTo(1795376314.884154, 3) as number,
      isUnitStale: true,
      programReplaced: true,
      commandLine: '/usr/sbin/haproxy-Ws-f/etc/haproxy/haproxy.cfg',
      marker: { restart: marker.restart, reload: marker.reload, writtenAt: 1795376315 },
      disk: new Map([[input.path, { sha256: input.sha256, modifiedAt: 1795376314 }]]),
    })
    expect(consul).toMatchObject({
      load: 'loaded',
      active: 'active',
      programReplaced: false,
      isUnitStale: false,
    })
    expect(postgresql).toMatchObject({ load: 'masked', active: 'inactive', atBoot: 'masked' })
    expect(nosuch).toMatchObject({ load: 'not-found', active: 'inactive', atBoot: '' })
    expect(postgresql?.startedAt).toBeUndefined()
  })

  it('takes a marker that is not whole for none', () => {
    expect(states[1]?.marker).toBeUndefined()
  })

  it('takes a unit that systemctl does not mention for absent, as on a node without systemd', () => {
    expect(states[4]).toMatchObject({ load: 'not-found', active: 'inactive', atBoot: '', marker: undefined })
  })
})

describe.each(shells)('a service in %s', (shell) => {
  let node: Sandbox
  let systemd: FakeSystemd

  beforeEach(() => {
    node = sandbox(shell)
    systemd = fakeSystemd(node)
    systemd.unit('haproxy.service')
  })

  afterEach(() => node.close())

  /** HAProxy with a configuration that a reload makes effective. */
  function haproxy(content: string): readonly [Resource, Resource] {
    const settings = file({ ...me, path: node.path('etc/haproxy.cfg'), content })
    return [settings, service({ unit: 'haproxy.service', reloadOn: [settings] })]
  }

  const verbsOf = async (wanted: readonly Resource[]) => (await node.plan(wanted)).map(({ verb }) => verb)

  it('is enabled and started once, and then nothing is to do', async () => {
    await node.apply(haproxy('one\n'))

    expect(systemd.calls()).toEqual(['enable haproxy.service', 'start haproxy.service'])
    expect(await node.apply(haproxy('one\n'))).toEqual([])
    expect(systemd.calls()).toHaveLength(2)
  })

  it('is reloaded once for a new configuration, as the plan said', async () => {
    await node.apply(haproxy('one\n'))
    systemd.forget()

    expect(await verbsOf(haproxy('two\n'))).toEqual(['update', 'reload'])
    await node.apply(haproxy('two\n'))
    expect(systemd.calls()).toEqual(['reload haproxy.service'])
    expect(await verbsOf(haproxy('two\n'))).toEqual([])
  })

  it('that reads no file is read without a program for hashes', async () => {
    await node.plan([service({ unit: 'haproxy.service' })])
    expect(node.scripts.join('\n')).toContain('systemctl')
    expect(node.scripts.join('\n')).not.toContain('sha256sum')
  })

  it('is reloaded with the label of a restart where that cuts its clients', async () => {
    const clients = { pattern: '^ *bind [^ ]+', cut: 'clients are cut' }
    const balancer = (content: string) => {
      const [settings] = haproxy(content)
      return [settings, service({ unit: 'haproxy.service', reloadOn: [settings], clients })]
    }
    const labelsOf = async (content: string) =>
      (await node.plan(balancer(content))).map(({ verb, disruption }) => `${verb} ${disruption}`)
    await node.apply(balancer('listen a\n  bind *:5000\n  balance x\n'))
    expect(await labelsOf('listen a\n  bind *:5000\n  balance x\n')).toEqual([])
    systemd.forget()

    expect(await labelsOf('listen a\n  bind *:5000 tcp-ut 8\n')).toEqual(['update none', 'reload reload'])
    const moved = 'listen a\n  bind *:6000 tcp-ut 9\n'
    expect(await labelsOf(moved)).toEqual(['update none', 'reload restart-service'])
    expect((await node.plan(balancer(moved)))[1]?.summary).toContain('; clients are cut')

    // A crash between file and reload: the former port is still the one that serves.
    await node.apply(balancer(moved).slice(0, 1))
    expect(await labelsOf(moved)).toEqual(['reload restart-service'])
    await node.apply(balancer(moved))
    expect(systemd.calls()).toEqual(['reload haproxy.service'])
    expect(await labelsOf(moved)).toEqual([])
  })

  it('is killed, not stopped, when its process was started otherwise than it should be', async () => {
    const idle = (...words: readonly string[]) =>
      spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', ...words])
    const [before, after] = [
      idle('/bin/patroni', '/etc/old file.yml'),
      idle('/bin/patroni', '/etc/patroni.yml'),
    ]
    try {
      systemd.runs('haproxy.service')
      systemd.process('haproxy.service', before.pid ?? 0, after.pid ?? 0)
      const answers = `touch '${node.path('asked')}'`
      const startedAs = { words: ['/bin/patroni', '/etc/patroni.yml'], answers }
      const wanted = [service({ unit: 'haproxy.service', mayRestart: false, startedAs })]

      expect(await verbsOf(wanted)).toEqual(['restart'])
      await node.apply(wanted)
      expect(systemd.calls()).toEqual(['kill haproxy.service'])
      expect(existsSync(node.path('asked'))).toBe(true)
      expect(await verbsOf(wanted)).toEqual([])
    } finally {
      for (const child of [before, after]) child.kill('SIGKILL')
    }
  })

  it('is owed its reload after a crash between file and reload', async () => {
    await node.apply(haproxy('one\n'))
    systemd.forget()
    const [settings] = haproxy('two\n')
    await node.apply([settings])

    expect(await verbsOf(haproxy('two\n'))).toEqual(['reload'])
    await node.apply(haproxy('two\n'))
    expect(systemd.calls()).toEqual(['reload haproxy.service'])
    expect(await verbsOf(haproxy('two\n'))).toEqual([])
  })

  it('is reloaded when a drifted file that it may have read is mended', async () => {
    await node.apply(haproxy('one\n'))
    systemd.forget()
    node.write('etc/haproxy.cfg', 'drifted\n')

    expect(await verbsOf(haproxy('one\n'))).toEqual(['update', 'reload'])
    await node.apply(haproxy('one\n'))
    expect(systemd.calls()).toEqual(['reload haproxy.service'])
  })

  it('is owed the reload when a drifted file was mended, but not read again', async () => {
    await node.apply(haproxy('one\n'))
    const hourAgo = Date.now() / 1000 - 3600
    utimesSync(node.path('var/lib/pgha/units/haproxy.service'), hourAgo, hourAgo)

    expect(await verbsOf(haproxy('one\n'))).toEqual(['reload'])
  })

  it('keeps its process when only the mode of its configuration drifted', async () => {
    await node.apply(haproxy('one\n'))
    systemd.forget()
    node.write('etc/haproxy.cfg', 'one\n', 0o600)
    const hourAgo = Date.now() / 1000 - 3600
    for (const name of ['etc/haproxy.cfg', 'var/lib/pgha/units/haproxy.service'])
      utimesSync(node.path(name), hourAgo, hourAgo)

    expect(await verbsOf(haproxy('one\n'))).toEqual(['update'])
    await node.apply(haproxy('one\n'))
    expect(systemd.calls()).toEqual([])
  })

  it('that runs already is taken over without a touch when its configuration is as wanted', async () => {
    const [settings, running] = haproxy('one\n')
    await node.apply([settings])
    const minuteAgo = Date.now() / 1000 - 60
    utimesSync(node.path('etc/haproxy.cfg'), minuteAgo, minuteAgo)
    systemd.runs('haproxy.service')

    expect(await node.plan([settings, running])).toEqual([])
  })

  it('that does not come up is explained by its journal, and stays owed', async () => {
    systemd.breaks('haproxy.service')
    node.program('journalctl', 'echo "$*" >&2', 'echo "[ALERT] cannot bind socket [0.0.0.0:5000]"')
    const error = await failureOf(node.apply(haproxy('one\n')))

    expect(error.message).toBe('`systemctl start haproxy.service` exited with 1')
    expect(error.context).toMatchObject({ host: 'n1', resource: 'service haproxy' })
    expect(error.context.evidence).toContain('[ALERT] cannot bind socket [0.0.0.0:5000]')
    expect(existsSync(node.path('var/lib/pgha/units/haproxy.service'))).toBe(false)
    expect(await verbsOf(haproxy('one\n'))).toEqual(['start'])
  })

  it('that refuses a reload stays owed it', async () => {
    await node.apply(haproxy('one\n'))
    systemd.breaks('haproxy.service')
    await failureOf(node.apply(haproxy('two\n')))

    expect(await verbsOf(haproxy('two\n'))).toEqual(['reload'])
  })

  it('is masked before its package brings it', async () => {
    const masked = service({ unit: 'postgresql.service', running: false, masked: true })
    await node.apply([masked])

    expect(systemd.calls()).toEqual(['stop postgresql.service', 'mask postgresql.service'])
    expect(await node.plan([masked])).toEqual([])
  })

  it('is read with the others in one script and one call of systemctl', async () => {
    systemd.unit('consul.service')
    await node.plan([
      ...haproxy('one\n'),
      service({ unit: 'consul.service' }),
      service({ unit: 'no.service' }),
    ])

    expect(node.scripts).toHaveLength(1)
    expect(systemd.shows()).toBe(1)
  })

  it('that cannot be asked about counts as absent, not as an error', async () => {
    node.program('systemctl', 'exit 127')

    expect(await node.plan([service({ unit: 'haproxy.service' })])).toMatchObject([
      { verb: 'start', summary: 'not there → running, not enabled → enabled' },
    ])
  })

  it('has its marker written whole, for root only', async () => {
    await node.apply(haproxy('one\n'))

    expect(node.list('var/lib/pgha/units')).toEqual(['haproxy.service'])
    expect(readFileSync(node.path('var/lib/pgha/units/haproxy.service'), 'utf8')).toMatch(
      /^restart=[0-9a-f]{64}\nreload=[0-9a-f]{64}\n$/,
    )
  })
})
