import { describe, expect, it } from 'vitest'

import { refuseOrphanData, refuseWrongNodes } from '../../src/actions/preflight.ts'
import type { Event } from '../../src/engine/events.ts'
import type { SiteHost } from '../../src/roles/site.ts'
import { PghaError } from '../../src/shared/errors.ts'
import { hostsOf, inventory } from '../roles/support.ts'
import { recordingConnection } from '../support/fake-connection.ts'
import { fakeCluster } from '../support/fake-patroni.ts'
import { failureOf } from '../support/failure.ts'
import { hosts, type NodeMore, surveyed } from './support.ts'

const nothing = recordingConnection([])

/** What is said of nodes, n1 first: warnings, or the refusal. */
async function preflight(more: readonly NodeMore[], sites: readonly SiteHost[] = hosts) {
  const nodes = await Promise.all(
    sites.slice(0, more.length).map((host, index) => surveyed(host, nothing, [], more[index])),
  )
  const events: Event[] = []
  try {
    refuseWrongNodes(nodes, (event) => events.push(event))
  } catch (thrown) {
    if (thrown instanceof PghaError) return thrown
    throw thrown
  }
  return events.map((event) => ('text' in event ? event.text : event.kind))
}

const fine = { watchdog: true } as const

describe('nodes are refused', () => {
  it('not when nothing is wrong with them', async () => {
    expect(await preflight([fine, fine, fine])).toEqual([])
  })

  it('when two are one machine, or one is a clone of the other', async () => {
    expect(await preflight([fine, { ...fine, machineId: 'a' }, { ...fine, machineId: 'a' }])).toMatchObject({
      kind: 'refused',
      message: 'has the machine-id of n2 (a)',
      context: { host: 'n3', hint: expect.stringContaining('systemd-machine-id-setup') as string },
    })
  })

  it('when their Patroni keeps the cluster in another DCS', async () => {
    const onEtcd = hostsOf(inventory('  dcs: etcd'))
    const [node] = await Promise.all(onEtcd.slice(0, 1).map((host) => surveyed(host, nothing, [], fine)))
    if (node === undefined) throw new Error('no node')
    const machine = { ...node.facts.machine, patroniDcs: 'consul' as const }

    expect(() => {
      refuseWrongNodes([{ ...node, facts: { ...node.facts, machine } }], () => undefined)
    }).toThrow('its Patroni keeps the cluster in consul, and the inventory says dcs: etcd')
  })

  it('not when none says which machine it is', async () => {
    expect(
      await preflight([
        { ...fine, machineId: '' },
        { ...fine, machineId: '' },
      ]),
    ).toEqual([])
  })

  it.each([
    [0, 1.9, []],
    [0, 2.1, ['the clock of n2 is 2.1 s ahead of that of n1']],
    [3, -1, ['the clock of n1 is 4.0 s ahead of that of n2']],
  ])('not when clocks are %d and %d s off: that is worth a word', async (first, second, warnings) => {
    expect(
      await preflight([
        { ...fine, clockOffset: first },
        { ...fine, clockOffset: second },
      ]),
    ).toEqual(warnings)
  })

  it('when clocks are apart by more than a quarter of the lease', async () => {
    expect(
      await preflight([{ ...fine, clockOffset: -3 }, fine, { ...fine, clockOffset: 2.5 }]),
    ).toMatchObject({
      kind: 'refused',
      message: 'the clock of n3 is 5.5 s ahead of that of n1',
    })
  })

  it.each([
    ['vip: 198.18.9.100', 'outside the network'],
    ['vip: 198.18.1.255', 'broadcast'],
  ])('when the VIP does not fit their network: %s', async (vip, message) => {
    const sites = hostsOf(inventory().replace('vip: 198.18.1.100', vip))
    const refused = await preflight([fine], sites)

    expect(refused).toMatchObject({ kind: 'refused', context: { host: 'n1', source: { line: 8 } } })
    expect((refused as PghaError).message).toContain(message)
  })

  it('not for the VIP of a node that will never hold it', async () => {
    const sites = hostsOf(
      inventory()
        .replace('vip: 198.18.1.100', 'vip: 198.18.9.100')
        .replace('address: 198.18.1.11', 'address: 198.18.1.11, roles: [consul]'),
    )

    expect(await preflight([fine], sites)).toEqual([])
  })

  it('not for want of a watchdog, but that is said', async () => {
    const [warning, ...others] = (await preflight([{ watchdog: false }, fine])) as readonly string[]

    expect(warning).toContain('n1 has no watchdog device')
    expect(others).toEqual([])
    expect(await preflight([{}], hostsOf(inventory('', `    watchdog: 'off'`)))).toEqual([])
  })
})

describe('data without a cluster', () => {
  const initialize = '/v1/kv/service/main/initialize?raw'

  async function look(answer: { readonly status?: number; readonly body: string } | undefined, code: number) {
    const { cluster, reply } = fakeCluster()
    if (answer !== undefined) reply(initialize, answer)
    const node = recordingConnection(() => ({ code }), 'n1')
    const [host] = hosts
    if (host === undefined) throw new Error('no host')
    return { cluster, node, nodes: [await surveyed(host, node)] }
  }

  it('is refused: a bootstrap would make a second, empty cluster beside it', async () => {
    const { cluster, nodes, node } = await look({ status: 404, body: '' }, 0)
    const error = await failureOf(refuseOrphanData(cluster, nodes))

    expect(error).toMatchObject({
      kind: 'refused',
      message: '/var/lib/postgresql/17/main holds data, but the DCS knows no cluster "main"',
      context: { host: 'n1' },
    })
    expect(node.runs.map(({ script }) => script)).toEqual(['[ -s /var/lib/postgresql/17/main/PG_VERSION ]'])
  })

  it('is none on a bare node', async () => {
    const { cluster, nodes } = await look({ status: 404, body: '' }, 1)

    await expect(refuseOrphanData(cluster, nodes)).resolves.toBeUndefined()
  })

  it.each([
    ['knows the cluster', { body: '7711082444017771283' }],
    ['does not say', { status: 500, body: 'no leader' }],
  ])('is not looked for when the DCS %s', async (_, answer) => {
    const { cluster, nodes, node } = await look(answer, 0)

    await expect(refuseOrphanData(cluster, nodes)).resolves.toBeUndefined()
    expect(node.runs).toEqual([])
  })

  it('is not looked for when the DCS is not ours', async () => {
    const { cluster, nodes } = await look(undefined, 0)

    await expect(refuseOrphanData({ ...cluster, dcsServers: [] }, nodes)).resolves.toBeUndefined()
  })
})
