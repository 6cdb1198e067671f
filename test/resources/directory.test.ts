import { lstatSync, mkdirSync, statSync, symlinkSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { directory, directoryType } from '../../src/resources/directory.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { me, type Sandbox, sandbox } from './support.ts'

const want = { path: '/etc/patroni', owner: 'postgres', group: 'postgres', mode: '0750' } as const
const found = { type: 'directory', mode: '0750', owner: 'postgres', group: 'postgres' } as const

describe('a directory differs', () => {
  it.each([
    ['when it is not there', undefined, { verb: 'create', summary: 'postgres:postgres 0750' }],
    ['by mode', { ...found, mode: '0755' }, { verb: 'update', summary: 'mode 0755 → 0750' }],
    [
      'by owner',
      { ...found, owner: 'root', group: 'root' },
      { verb: 'update', summary: 'owner root:root → postgres:postgres' },
    ],
    ['when a file is there', { ...found, type: 'file' }, { verb: 'update', summary: 'a file is in the way' }],
    ['when a link is there', { ...found, type: 'link' }, { verb: 'update', summary: 'a link is in the way' }],
    ['in nothing when owner and mode are as wanted, whatever it holds', found, undefined],
  ] as const)('%s', (_, state, difference) => {
    expect(directoryType.diff(want, state)).toEqual(difference)
  })
})

describe('reading directories', () => {
  it('takes the output of Debian 12, and nothing for what is not there', () => {
    expect(
      directoryType.parse('S|41e8|postgres|postgres|1795376300|/etc/patroni\n', [
        want,
        { ...want, path: '/no' },
      ]),
    ).toEqual([found, undefined])
  })
})

describe.each(shells)('a directory in %s', (shell) => {
  let node: Sandbox
  const at = (name: string, mode = '0755') => directory({ ...me, path: node.path(name), mode })
  const modeOf = (name: string) => (statSync(node.path(name)).mode & 0o7777).toString(8)

  beforeEach(() => {
    node = sandbox(shell)
  })

  afterEach(() => node.close())

  it.each([['etc/plain'], ['etc/with space'], [`etc/quo'te"s`], ['etc/a/b/c']])(
    'is made as %s, and then nothing is to do',
    async (name) => {
      await node.apply([at(name, '0750')])

      expect(modeOf(name)).toBe('750')
      expect(await node.plan([at(name, '0750')])).toEqual([])
    },
  )

  it('gets parents that everybody may enter, however closed it is itself', async () => {
    await node.apply([at('a/b/c', '0700')])

    expect([modeOf('a'), modeOf('a/b'), modeOf('a/b/c')]).toEqual(['755', '755', '700'])
  })

  it('gets its mode back, and keeps what it holds', async () => {
    node.write('etc/x', 'kept')
    await node.apply([at('etc', '0700')])

    expect(modeOf('etc')).toBe('700')
    expect(node.list('etc')).toEqual(['x'])
  })

  it('does not touch the place that a link in its way leads to', async () => {
    mkdirSync(node.path('elsewhere'), { mode: 0o700 })
    symlinkSync(node.path('elsewhere'), node.path('etc'))
    const error = await failureOf(node.apply([at('etc')]))

    expect(error.context.evidence).toEqual([`${node.path('etc')} is a link; move it away first`])
    expect(modeOf('elsewhere')).toBe('700')
    expect(lstatSync(node.path('etc')).isSymbolicLink()).toBe(true)
  })

  it('does not remove a file in its way', async () => {
    node.write('etc', 'a file')
    const error = await failureOf(node.apply([at('etc')]))

    expect(error.context).toMatchObject({ resource: `directory ${node.path('etc')}` })
    expect(error.message).toContain('exited with 91')
  })
})
