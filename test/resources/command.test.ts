import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { commandType, guardedCommand } from '../../src/resources/command.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { type Sandbox, sandbox } from './support.ts'

describe('a guarded command', () => {
  const want = { name: 'make it', guard: 'test -e /x', run: 'touch /x\ntouch /y' }

  it.each([
    ['runs when its guard fails', false, { verb: 'run', summary: 'touch /x' }],
    ['has nothing to do when its guard passes', true, undefined],
  ] as const)('%s', (_, done, difference) => {
    expect(commandType.diff(want, done)).toEqual(difference)
  })

  it('counts as not done when its guard said nothing', () => {
    expect(commandType.parse('G|0\n', [want, want])).toEqual([true, false])
  })
})

describe.each(shells)('a guarded command in %s', (shell) => {
  let node: Sandbox
  const touching = (name: string) => {
    const path = `'${node.path(name).replaceAll(`'`, `'\\''`)}'`
    return guardedCommand({ name, guard: `test -e ${path}`, run: `touch ${path}` })
  }

  beforeEach(() => {
    node = sandbox(shell)
  })

  afterEach(() => node.close())

  it.each([['x'], ['with space'], [`quo'te`], ['$HOME']])('makes %j once', async (name) => {
    expect(await node.plan([touching(name)])).toMatchObject([{ verb: 'run' }])
    expect(node.list('.')).not.toContain(name)
    await node.apply([touching(name)])

    expect(node.list('.')).toContain(name)
    expect(await node.apply([touching(name)])).toEqual([])
  })

  it('keeps apart what several guards say, whatever they print or do to their shell', async () => {
    const guards = ['echo "G|1"; true', 'false', 'exit 0', 'cd /; exec false', 'true; echo "@x end"']
    const plan = await node.plan(guards.map((guard, n) => guardedCommand({ name: `${n}`, guard, run: '' })))

    expect(plan.map(({ resource }) => resource)).toEqual(['command 1', 'command 3'])
  })

  it('whose guard still fails afterwards is an error', async () => {
    const error = await failureOf(node.apply([guardedCommand({ name: 'c', guard: 'false', run: 'true' })]))

    expect(error.message).toBe('still differs after its own apply: run true')
    expect(error.context).toMatchObject({ host: 'n1', resource: 'command c' })
  })

  it('that fails tells its own last words', async () => {
    const failing = guardedCommand({ name: 'c', guard: 'false', run: 'echo no such thing >&2; exit 7' })
    const error = await failureOf(node.apply([failing]))

    expect(error.message).toBe('`c` exited with 7')
    expect(error.context.evidence).toEqual(['no such thing'])
  })
})
