import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { installUpgrades, listUpgrades, parseUpgrades } from '../../src/resources/package/upgrade.ts'
import { shells } from '../support/fake-connection.ts'
import { type Sandbox, sandbox } from './support.ts'

const policy = `haproxy:
  Installed: 3.0.11-1
  Candidate: 3.0.12-1
  Version table:
patroni:
  Installed: 4.0.7-3
  Candidate: 4.0.7-3
consul:
  Installed: (none)
  Candidate: 1.8.7
`

describe.each(shells)('upgrades of packages, in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
    node.write('var/log/none', '')
  })

  afterEach(() => node.close())

  it('are those that are installed and have a newer version, by apt', async () => {
    node.write('policy', policy)
    node.program('apt-get', ':')
    node.program('apt-cache', `cat ${node.path('policy')}`)
    const { stdout } = await node.connection.run(local(listUpgrades('debian', ['haproxy', 'patroni'])))
    expect(parseUpgrades(stdout)).toEqual([{ name: 'haproxy', from: '3.0.11-1', to: '3.0.12-1' }])
  })

  it('are not known while the repositories cannot be read', async () => {
    node.program('apt-get', 'echo unreachable; exit 100')
    const { code, stderr } = await node.connection.run(local(listUpgrades('debian', ['haproxy'])))
    expect([code, stderr.trim()]).toEqual([100, 'unreachable'])
  })

  it('are those that are installed and have a newer version, by yum', async () => {
    node.program('rpm', 'for last in "$@"; do :; done', '[ "$last" = haproxy ] && echo 2.4.1-1.el9')
    node.program('yum', 'case $* in *list*) echo "haproxy.x86_64 1:2.4.2-1.el9 appstream";; esac')
    const { stdout } = await node.connection.run(local(listUpgrades('el', ['haproxy', 'patroni'])))
    expect(parseUpgrades(stdout)).toEqual([{ name: 'haproxy', from: '2.4.1-1.el9', to: '2.4.2-1.el9' }])
  })

  it.each([
    ['restart a unit that the package has not restarted', '', 'haproxy.service'],
    ['leave one alone that the package has restarted', 'haproxy.service', ''],
  ])('%s', async (_, byPackage, byUs) => {
    node.write('times', '1\n')
    const restart = `echo 2 >${node.path('times')}; echo "$3$2" >>${node.path('restarts')}`
    node.program('apt-get', ...(byPackage === '' ? [':'] : [`echo 2 >${node.path('times')}`]))
    node.program(
      'systemctl',
      `case $1 in show) cat ${node.path('times')};; restart) ${restart};; *) :;; esac`,
    )
    const upgrades = [{ name: 'haproxy', from: '1', to: '2' }]
    const script = local(installUpgrades('debian', upgrades, ['haproxy.service']))
    const { code } = await node.connection.run(script)
    expect([code, node.list('.').includes('restarts')]).toEqual([0, byUs !== ''])
  })

  it('end with the words of the package manager when it fails, and restart nothing', async () => {
    node.program('apt-get', 'echo broken; exit 100')
    node.program('systemctl', `[ "$1" = restart ] && touch ${node.path('restarted')}; echo x`)
    const script = local(installUpgrades('debian', [{ name: 'a', from: '1', to: '2' }], ['a.service']))
    const { code, stderr } = await node.connection.run(script)
    expect([code, stderr.trim(), node.list('.').includes('restarted')]).toEqual([100, 'broken', false])
  })

  /** The log of packages lies in the sandbox. */
  function local(script: string): string {
    return script.replaceAll('/var/log/pgha-packages.log', node.path('var/log/packages.log'))
  }
})
