import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { guardedCommand } from '../../src/resources/command.ts'
import { file } from '../../src/resources/file.ts'
import { packages } from '../../src/resources/package/package.ts'
import { repository } from '../../src/resources/repository.ts'
import { service } from '../../src/resources/service/service.ts'
import type { Resource } from '../../src/engine/resource.ts'
import { Secret } from '../../src/shared/secret.ts'
import { fakeSystemd, type FakeSystemd } from '../resources/fake-systemd.ts'
import { me, type Sandbox, sandbox } from '../resources/support.ts'

/** The ways in which dry runs of others fail (research/engine.md 1.2), one by one. */
describe('a dry run', () => {
  let node: Sandbox
  let systemd: FakeSystemd
  const ofRole = (resources: readonly Resource[]) => resources.map((one) => ({ ...one, tags: ['haproxy'] }))
  const config = (content: string, more: object = {}) =>
    file({ ...me, path: node.path('etc/haproxy.cfg'), content, ...more })

  beforeEach(() => {
    node = sandbox('dash')
    systemd = fakeSystemd(node)
    for (const name of ['dpkg-query', 'apt-cache']) node.program(name, 'exit 1')
  })

  afterEach(() => node.close())

  it('F1 F2: does not fail for the service, owner or folder of a package that is still to come', async () => {
    const settings = config('x\n', { path: node.path('no/such/x'), owner: 'nobody-yet', group: 'nobody-yet' })
    const wanted = ofRole([
      ...packages('debian', ['haproxy']),
      settings,
      service({ unit: 'haproxy.service' }),
    ])

    expect((await node.plan(wanted)).map(({ kind, verb, after }) => [kind, verb, after])).toEqual([
      ['package', 'install', undefined],
      ['file', 'create', 'package haproxy'],
      ['service', 'start', 'package haproxy'],
    ])
  })

  it('F3: does not fail for a package whose repository is still to be added', async () => {
    const wanted = [
      ...repository('debian', { name: 'pgha-no-such', definition: 'deb x\n' }),
      ...packages('debian', ['a']),
    ]

    expect((await node.plan(wanted)).map(({ resource, summary }) => [resource, summary])).toEqual([
      ['repository pgha-no-such', 'root:root 0644'],
      ['package a', 'version not known to the node yet'],
    ])
  })

  it('F4: asks the guard of a command, and does not run the command', async () => {
    const run = `: >'${node.path('ran')}'`

    expect(await node.plan([guardedCommand({ name: 'c', guard: 'false', run })])).toHaveLength(1)
    expect(node.list('.')).not.toContain('ran')
  })

  it('F5 F9: is no memory: apply goes by what is there when it is its turn', async () => {
    expect(await node.plan([config('one\n')])).toHaveLength(1)
    node.write('etc/haproxy.cfg', 'one\n')

    expect(await node.apply([config('one\n')])).toEqual([])
  })

  it('F6: shows one change for one thing, however many plans there were before', async () => {
    await node.apply([config('one\n')])
    await node.apply([config('two\n')])

    expect(await node.plan([config('two\n')])).toEqual([])
  })

  it('F7: shows the reload that a changed file brings with it', async () => {
    systemd.unit('haproxy.service')
    const both = (content: string) => [
      config(content),
      service({ unit: 'haproxy.service', reloadOn: [config(content)] }),
    ]
    await node.apply(both('one\n'))

    expect((await node.plan(both('two\n'))).map(({ verb }) => verb)).toEqual(['update', 'reload'])
  })

  it('F8: shows owner and mode, and no secret', async () => {
    new Secret('canary-dry-run')
    node.write('etc/haproxy.cfg', 'password: canary-former\n', 0o600)
    const [change] = await node.plan([config('password: canary-dry-run\n', { secret: true })])

    expect(change?.summary).toContain('mode 0600 → 0644')
    expect(JSON.stringify(change)).not.toContain('canary')
  })

  it('F9: lists what apply does, in its order', async () => {
    const wanted = ['a', 'b', 'c'].map((name) =>
      file({ ...me, path: node.path(`etc/${name}`), content: name }),
    )
    const plan = await node.plan(wanted)

    expect(await node.apply(wanted)).toEqual(plan)
    expect(await node.plan(wanted)).toEqual([])
  })

  it('F10: needs no network: any installed version is as wanted unless one is pinned', async () => {
    node.program('dpkg-query', `echo 'installed|haproxy|1.0'`)

    expect(await node.plan(packages('debian', ['haproxy']))).toEqual([])
    expect(await node.plan(packages('debian', [{ name: 'haproxy', version: '2.0' }]))).toMatchObject([
      { verb: 'update', summary: '1.0 → 2.0' },
    ])
  })

  it('changes nothing on the node', async () => {
    const before = node.list('.')
    await node.plan([config('x\n'), ...packages('debian', ['a']), service({ unit: 'a.service' })])

    expect(node.list('.')).toEqual(before)
    expect(systemd.calls()).toEqual([])
  })
})
