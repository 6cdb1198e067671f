import { describe, expect, it } from 'vitest'

import type { FileWant } from '../../src/resources/file.ts'
import { wantedOn } from '../../src/roles/index.ts'
import { contentOf, contextOf, fullInventories, fullNode, hostsOf, inventory } from './support.ts'

const centos = { family: 'el', id: 'centos', version: '7', name: 'CentOS Linux 7 (Core)' } as const

/** What systemd 219 has, of all that pgha's units could need; a name that is not here is to be looked up first. */
const known: Readonly<Record<string, readonly string[]>> = {
  Unit: [
    ...['Description', 'Documentation', 'Wants', 'Requires', 'After', 'Before', 'Conflicts'],
    ...['ConditionPathExists', 'ConditionFileNotEmpty'],
  ],
  // StartLimitInterval moved to [Unit], and got its Sec, in 230.
  Service: [
    ...[
      'Type',
      'User',
      'Group',
      'PermissionsStartOnly',
      'Environment',
      'EnvironmentFile',
      'WorkingDirectory',
    ],
    ...['ExecStartPre', 'ExecStart', 'ExecReload', 'ExecStop', 'ExecStopPost', 'PIDFile'],
    ...['KillMode', 'KillSignal', 'Restart', 'RestartSec', 'StartLimitInterval', 'StartLimitBurst'],
    ...['TimeoutStartSec', 'TimeoutStopSec', 'LimitNOFILE', 'OOMScoreAdjust'],
  ],
  Install: ['WantedBy'],
}

/** Lines of a unit that systemd 219 would drop or misread. */
function newer(text: string): readonly string[] {
  let section = ''
  return text.split('\n').filter((line) => {
    const [, header] = /^\[(\w+)\]$/.exec(line) ?? []
    if (header !== undefined) section = header
    if (header !== undefined || line === '' || line.startsWith('#')) return false
    const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? []
    // Before a command it knows - and @ only (231 brought +, 235 !), and wants the whole path.
    const isCommand = name.startsWith('Exec') && value !== ''
    return known[section]?.includes(name) !== true || (isCommand && !/^[-@]*\//.test(value))
  })
}

async function unitsOf(text: string): Promise<ReadonlyMap<string, string>> {
  const hosts = hostsOf(text)
  const context = await contextOf(hosts, 'n1', 'el', fullNode)
  const wanted = wantedOn({ ...context, facts: { ...context.facts, os: centos } })
  return new Map(
    wanted
      .filter(({ type }) => type.kind === 'unit')
      .map(({ want }) => [(want as FileWant).path, (want as FileWant).content]),
  )
}

describe('units on EL 7, which has systemd 219', () => {
  it.each([
    ['with all roles', fullInventories.el, ['consul', 'keepalived', 'patroni']],
    ['with a watchdog', inventory(), ['consul', 'keepalived', 'patroni']],
    ['with etcd', inventory('  dcs: etcd'), ['etcd', 'keepalived', 'patroni']],
  ])('say nothing that came later, %s', async (_, text, names) => {
    const units = await unitsOf(text)
    const found = [...units.keys()].map((path) => /system\/(\w+)\.service/.exec(path)?.[1])
    expect(found.toSorted()).toEqual(names)
    expect([...units].flatMap(([path, content]) => newer(content).map((line) => `${path}: ${line}`))).toEqual(
      [],
    )
  })

  it('keep the same promises: a watchdog that Patroni may use, and restarts without end', async () => {
    const unit = (await unitsOf(inventory())).get('/etc/systemd/system/patroni.service')
    expect(
      unit?.split('\n').filter((line) => /^(StartLimit|Permissions|ExecStartPre|User)/.test(line)),
    ).toEqual([
      'User=postgres',
      'StartLimitInterval=0',
      'PermissionsStartOnly=true',
      'ExecStartPre=-/sbin/modprobe softdog',
      'ExecStartPre=-/bin/chown postgres /dev/watchdog',
    ])
  })

  it('are told apart: those of a newer system would not do', async () => {
    const hosts = hostsOf(inventory())
    const wanted = wantedOn(await contextOf(hosts, 'n1', 'el', fullNode))
    expect(newer(contentOf(wanted, '/patroni.service'))).toEqual([
      'StartLimitIntervalSec=0',
      'ExecStartPre=-+/sbin/modprobe softdog',
      'ExecStartPre=-+/bin/chown postgres /dev/watchdog',
    ])
  })
})
