import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { fileType, type FileWant } from '../../src/resources/file.ts'
import { service } from '../../src/resources/service/service.ts'
import { unit, unitType } from '../../src/resources/unit.ts'
import { shells } from '../support/fake-connection.ts'
import { fakeSystemd, type FakeSystemd } from './fake-systemd.ts'
import { me, type Sandbox, sandbox } from './support.ts'

describe('a unit', () => {
  const wanted = unit('patroni.service', '[Service]\n')
  const want = wanted.want as FileWant

  it('is a file of root where systemd looks first', () => {
    expect(wanted.id).toBe('unit patroni.service')
    expect(want).toMatchObject({ path: '/etc/systemd/system/patroni.service', owner: 'root', mode: '0644' })
  })

  it('differs as its file does', () => {
    const state = { found: undefined, sha256: undefined, content: undefined }

    expect(unitType.diff(want, state)).toEqual(fileType.diff(want, state))
  })

  it('is read by systemd in the script that writes it, so that nothing can come in between', () => {
    const state = { found: undefined, sha256: undefined, content: undefined }
    const todo = [{ want, state, difference: { verb: 'create', summary: '' } as const }]

    expect(unitType.steps(todo).map(({ what }) => what)).toEqual([
      'write /etc/systemd/system/patroni.service for systemd',
    ])
  })
})

describe.each(shells)('units in %s', (shell) => {
  let node: Sandbox
  let systemd: FakeSystemd

  /** A unit whose file lies in the sandbox. */
  function unitHere(content: string) {
    const made = unit('a.service', content)
    return { ...made, want: { ...(made.want as FileWant), ...me, path: node.path('etc/a.service') } }
  }

  beforeEach(() => {
    node = sandbox(shell)
    systemd = fakeSystemd(node)
  })

  afterEach(() => node.close())

  it('make systemd read again only when one changed', async () => {
    await node.apply([unitHere('one')])
    expect(systemd.calls()).toEqual(['daemon-reload'])

    expect(await node.apply([unitHere('one')])).toEqual([])
    expect(systemd.calls()).toHaveLength(1)

    await node.apply([unitHere('two')])
    expect(systemd.calls()).toHaveLength(2)
  })

  it('whose service is enabled next leave the reading to that', async () => {
    systemd.unit('a.service')
    const want = { ...(unitHere('one').want as FileWant), enabledNext: 'a.service' }
    const both = [{ ...unitHere('one'), want }, service({ unit: 'a.service' })]
    await node.apply(both)
    expect(systemd.calls()).toEqual(['enable a.service', 'start a.service'])

    systemd.forget()
    await node.apply([{ ...unitHere('two'), want: { ...want, content: 'two' } }])
    expect(systemd.calls()).toEqual(['daemon-reload'])
  })

  it('that a crash left unread are read for their service', async () => {
    systemd.unit('a.service')
    systemd.runs('a.service')
    const running = service({ unit: 'a.service' })
    expect(await node.plan([running])).toEqual([])
    node.write('systemd/a.service.stale', '')

    await node.apply([running])
    expect(systemd.calls()).toEqual(['daemon-reload'])
    expect(await node.plan([running])).toEqual([])
  })
})
