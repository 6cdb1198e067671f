import { totalmem } from 'node:os'

import { describe, expect, it } from 'vitest'

import { gatherFacts } from '../../src/facts/gather.ts'
import { parseMachine } from '../../src/facts/machine.ts'
import { recordingConnection, shellConnection, shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'

describe('a machine', () => {
  it('is read from what a node of Debian 13 prints', () => {
    const printed = `id=8a1d0b9d5c9a4c5f9c4c8a0f6d6e3b21
memoryKb=7899144
cpus=2
clock=1795376066.123456789
`
    expect(parseMachine(printed)).toEqual({
      id: '8a1d0b9d5c9a4c5f9c4c8a0f6d6e3b21',
      memoryBytes: 7899144 * 1024,
      cpus: 2,
      hasWatchdog: false,
      selinux: '',
      clock: expect.closeTo(1795376066.1234, 3) as number,
    })
  })

  it.each([
    ['a watchdog', 'watchdog=yes\n', { hasWatchdog: true }],
    ['SELinux', 'selinux=Enforcing\n', { selinux: 'Enforcing' }],
    ['nothing to count processors with', 'cpus=\n', { cpus: 1 }],
    ['nothing to tell', '', { id: '', memoryBytes: 0, cpus: 1, hasWatchdog: false }],
  ])('may have %s', (_, printed, machine) => {
    expect(parseMachine(printed)).toMatchObject(machine)
  })
})

describe.each(shells)('the facts of a node in %s', (shell) => {
  it('are read for real, in one script', async () => {
    const node = shellConnection({ shell })
    const facts = await gatherFacts(node, '127.0.0.1')
    const { stdout } = await node.run(
      'echo "$(cat /etc/machine-id 2>/dev/null)"; grep -c ^processor /proc/cpuinfo',
    )
    await node.close()

    const { id, cpus, memoryBytes, clock } = facts.machine
    expect([id, String(cpus)]).toEqual(stdout.split('\n').slice(0, 2))
    expect(memoryBytes).toBe(totalmem())
    expect(Math.abs(clock - Date.now() / 1000)).toBeLessThan(10)
  })
})

describe('facts that broke off', () => {
  it.each([
    ['at once', 0],
    ['in the middle', 1],
    ['before the last', 2],
  ])('%s are an error, not a node without them', async (_, sections) => {
    const node = recordingConnection((script) => {
      const nonce = /@([0-9a-f]{16})/.exec(script)?.[1] ?? ''
      return { stdout: `ID=debian\n@${nonce}\n`.repeat(sections), stderr: 'Killed' }
    }, 'n1')
    const error = await failureOf(gatherFacts(node, '198.18.1.100'))

    expect(error).toMatchObject({ kind: 'failed', context: { host: 'n1', evidence: ['Killed'] } })
    expect(node.runs).toHaveLength(1)
  })
})
