import { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { link, linkType } from '../../src/resources/link.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { type Sandbox, sandbox } from './support.ts'

const want = { path: '/etc/localtime', target: '/usr/share/zoneinfo/UTC' }

describe('a link differs', () => {
  it.each([
    ['when nothing is there', 'absent', { verb: 'create', summary: '→ /usr/share/zoneinfo/UTC' }],
    [
      'when it points elsewhere',
      { target: '/usr/share/zoneinfo/GMT' },
      { verb: 'update', summary: '/usr/share/zoneinfo/GMT → /usr/share/zoneinfo/UTC' },
    ],
    ['when it is none', 'other', { verb: 'update', summary: 'something else is in the way' }],
    ['in nothing when it points where it should, even to nothing', { target: want.target }, undefined],
  ] as const)('%s', (_, state, difference) => {
    expect(linkType.diff(want, state)).toEqual(difference)
  })
})

describe.each(shells)('a link in %s', (shell) => {
  let node: Sandbox
  const at = (name: string, target: string) => link({ path: node.path(name), target })

  beforeEach(() => {
    node = sandbox(shell)
    mkdirSync(node.path('etc'))
  })

  afterEach(() => node.close())

  it.each([
    ['l', 'target'],
    ['with space', '/no/such target'],
    [`quo'te`, `tar"get's`],
    ['a|b', 'c|d'],
    ['-l', '-t'],
  ])('%j leads to %j, and then nothing is to do', async (name, target) => {
    const wanted = [at(`etc/${name}`, target)]
    await node.apply(wanted)

    expect(readlinkSync(node.path(`etc/${name}`))).toBe(target)
    expect(await node.plan(wanted)).toEqual([])
  })

  it('is turned to another target, and not followed into a directory', async () => {
    mkdirSync(node.path('old'))
    symlinkSync(node.path('old'), node.path('etc/l'))
    await node.apply([at('etc/l', node.path('new'))])

    expect(readlinkSync(node.path('etc/l'))).toBe(node.path('new'))
    expect(node.list('old')).toEqual([])
  })

  it.each(['file', 'directory'])('does not take the place of a %s', async (kind) => {
    if (kind === 'file') node.write('etc/l', 'kept')
    else mkdirSync(node.path('etc/l'))
    const error = await failureOf(node.apply([at('etc/l', 'target')]))

    expect(error.context.evidence).toEqual([`${node.path('etc/l')} is no link; move it away first`])
    expect(lstatSync(node.path('etc/l')).isSymbolicLink()).toBe(false)
    if (kind === 'file') expect(readFileSync(node.path('etc/l'), 'utf8')).toBe('kept')
  })

  it('in a folder that is not there is an error that names it', async () => {
    const error = await failureOf(node.apply([at('no/l', 'target')]))

    expect(error.context).toMatchObject({ host: 'n1', resource: `link ${node.path('no/l')}` })
    expect(error.context.evidence?.join()).toContain('No such file or directory')
  })
})
