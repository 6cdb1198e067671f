import { readFileSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { absentPackage } from '../../src/resources/package/absent.ts'
import { packageGroup } from '../../src/resources/package/group.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { type Sandbox, sandbox } from './support.ts'

describe.each(shells)('packages that should not be there, in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
  })

  afterEach(() => node.close())

  it.each([
    ['debian', 'dpkg', '--remove zabbix2-agent zabbix2-get'],
    ['el', 'rpm', '-e zabbix2-agent zabbix2-get'],
  ] as const)('are those that fit the pattern and are installed, on %s', async (family, program, words) => {
    const one = absentPackage(family, 'zabbix2*')
    const wanted = [{ ...one, want: { pattern: 'zabbix2*', lists: node.path('info') } }]
    node.write('info/zabbix2-agent:amd64.list', '')
    // As dpkg-query and rpm of the lab answer; a removed package with its configuration left is not installed.
    node.program(
      'dpkg-query',
      `[ -e '${node.path('gone')}' ] || printf 'installed zabbix2-agent\\nconfig-files zabbix2-old\\ninstalled zabbix2-get\\n'`,
    )
    const list = `[ -e '${node.path('gone')}' ] || printf 'zabbix2-agent\\nzabbix2-get\\n'`
    const remove = `printf '%s\\n' "$*" >'${node.path('gone')}'`
    node.program('rpm', `case $1 in -qa) ${list} ;; *) ${remove} ;; esac`)
    node.program('dpkg', remove)

    expect(await node.plan(wanted)).toMatchObject([{ verb: 'remove', summary: 'zabbix2-agent, zabbix2-get' }])
    await node.apply(wanted)
    expect(readFileSync(node.path('gone'), 'utf8')).toBe(`${words}\n`)
    expect(program).toBeTruthy()
  })

  it('leave the configuration that somebody changed, on EL as on Debian', async () => {
    const config = node.write('agent.conf', 'Server=1.2.3.4\n')
    // As rpm 4.11 and 4.18 say it.
    const remove = `mv '${config}' '${config}.rpmsave'; echo 'warning: ${config} saved as ${config}.rpmsave' >&2; : >'${node.path('gone')}'`
    const list = `[ -e '${node.path('gone')}' ] || echo zabbix22-agent`
    node.program('rpm', `case $1 in -qa) ${list} ;; *) ${remove} ;; esac`)

    await node.apply([absentPackage('el', 'zabbix2*')])
    expect(readFileSync(config, 'utf8')).toBe('Server=1.2.3.4\n')
    expect(node.list('.').filter((name) => name.startsWith('agent'))).toEqual(['agent.conf'])
  })

  it('that others depend on stay, and say so', async () => {
    node.program('rpm', `[ "$1" != -qa ] || { echo zabbix22-agent; exit; }; echo 'needed by x' >&2; exit 1`)
    const error = await failureOf(node.apply([absentPackage('el', 'zabbix2*')]))
    expect(error.context.evidence).toContain('needed by x')
  })

  it('are not looked for in the database of dpkg where it has no list of one', async () => {
    node.program('dpkg-query', `echo 'installed zabbix2-agent'`)
    node.write('info/zabbix-agent.list', '')
    const one = absentPackage('debian', 'zabbix2*')
    expect(await node.plan([{ ...one, want: { pattern: 'zabbix2*', lists: node.path('info') } }])).toEqual([])
  })

  it('are nothing to do when none fits', async () => {
    node.program('dpkg-query', 'exit 1')
    const one = absentPackage('debian', 'zabbix2*')
    expect(await node.plan([one])).toEqual([])
    node.write('info/zabbix2-agent.list', '')
    const wanted = [{ ...one, want: { pattern: 'zabbix2*', lists: node.path('info') } }]
    expect(await node.plan(wanted)).toEqual([])
  })
})

// yum 3.4.3 of CentOS 7, and dnf 4.
const groupInfo = [
  [
    'yum 3',
    [
      'Group: Development Tools',
      ' Mandatory Packages:',
      '   +gcc',
      '   =make',
      ' Optional Packages:',
      '   -ElectricFence',
    ],
  ],
  [
    'dnf',
    [
      'Group: Development Tools',
      ' Mandatory Packages:',
      '   gcc',
      '   make',
      ' Optional Packages:',
      '   ElectricFence',
    ],
  ],
] as const

describe.each(shells)('a group of packages in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
    node.write('var/log/x', '')
    node.write('shelf/.keep', '')
    node.program(
      'rpm',
      `shift; [ "$1" != --qf ] || shift 2`,
      `for n; do if [ -e '${node.path('shelf')}'/"$n" ]; then echo "$n"; else echo "package $n is not installed"; fi; done`,
    )
  })

  afterEach(() => node.close())

  const yum = (lines: readonly string[]) => {
    const info = `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`
    const install = `for n; do case $n in -y|install) ;; *) : >'${node.path('shelf')}'/"$n" ;; esac; done`
    node.program('yum', `case "$*" in *groupinfo*) ${info} ;; *) ${install} ;; esac`)
  }

  it.each(groupInfo)(
    'of %s is installed once, and again when one of its packages is gone',
    async (_, lines) => {
      yum(lines)
      const wanted = [packageGroup('development')]
      expect(await node.plan(wanted)).toMatchObject([
        { verb: 'install', summary: 'all packages of the group' },
      ])
      await node.apply(wanted)
      expect(node.list('shelf')).toEqual(['.keep', 'gcc', 'make'])
      expect(await node.plan(wanted)).toEqual([])

      await node.connection.run(`rm '${node.path('shelf')}/make'`)
      expect(await node.plan(wanted)).toMatchObject([{ verb: 'install', summary: 'make' }])
      await node.apply(wanted)
      expect(await node.plan(wanted)).toEqual([])
    },
  )

  it('that no repository has is an error that names it', async () => {
    node.program('yum', 'exit 0')
    const error = await failureOf(node.apply([packageGroup('nosuch')]))
    expect(error.context.evidence).toContain('the repositories of the node have no group nosuch')
  })
})
