import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { absentFile } from '../../src/resources/absent-file.ts'
import { link } from '../../src/resources/link.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { runId, type Sandbox, sandbox } from './support.ts'

describe.each(shells)('a file that should not be there, in %s', (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
  })

  afterEach(() => node.close())

  const backup = (path: string) => node.path(`var/backups/pgha/${runId}${path}`)

  it('is nothing to do when it is not', async () => {
    expect(await node.plan([absentFile(node.path('etc/stray'))])).toEqual([])
  })

  it.each(['stray', 'with space', `quo'te`])('named %j goes to the backups', async (name) => {
    const path = node.write(`etc/${name}`, 'old')
    const wanted = [absentFile(path)]
    expect(await node.plan(wanted)).toMatchObject([
      { verb: 'delete', summary: 'a file that should not be there' },
    ])
    await node.apply(wanted)
    expect(node.list('etc')).toEqual([])
    expect(readFileSync(backup(path), 'utf8')).toBe('old')
  })

  it('may be a link to nothing', async () => {
    mkdirSync(node.path('etc'))
    symlinkSync('/no/such', node.path('etc/stray'))
    await node.apply([absentFile(node.path('etc/stray'))])
    expect(node.list('etc')).toEqual([])
  })

  it('is refused when it is a directory', async () => {
    node.write('etc/stray/kept', '')
    const error = await failureOf(node.apply([absentFile(node.path('etc/stray'))]))
    expect(error.context.evidence?.join()).toContain('is a directory; move it away first')
    expect(node.list('etc/stray')).toEqual(['kept'])
  })

  it("makes room for a link where a package's default is", async () => {
    const path = node.write('etc/agent.conf', 'default')
    const wanted = [link({ path, target: '/etc/own.conf', replacesFile: true })]
    expect(await node.plan(wanted)).toMatchObject([{ verb: 'update', summary: 'a file → /etc/own.conf' }])
    await node.apply(wanted)
    expect(await node.plan(wanted)).toEqual([])
    expect(readFileSync(backup(path), 'utf8')).toBe('default')
  })

  it('does not make room for a link where a directory is', async () => {
    node.write('etc/agent.conf/kept', '')
    const path = node.path('etc/agent.conf')
    await failureOf(node.apply([link({ path, target: '/etc/own.conf', replacesFile: true })]))
    expect(node.list('etc/agent.conf')).toEqual(['kept'])
  })
})
