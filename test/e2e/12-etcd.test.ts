import { readFile, writeFile } from 'node:fs/promises'

import { beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { eventually, expectRun, leaderHost, pending, pgha, psql, startTimes } from './support.ts'

/** The main path on etcd instead of Consul. */
describe('a cluster on etcd', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', nodes: 3, fresh: true })
    const text = await readFile(lab.inventoryPath, 'utf8')
    if (!text.includes('dcs: etcd')) {
      await writeFile(lab.inventoryPath, text.replace('vars:\n', 'vars:\n  dcs: etcd\n'))
    }
  })

  it('is built, verified, and then left alone', async () => {
    await expectRun(0, lab, 'apply', '--yes')
    expect((await expectRun(0, lab, 'verify')).stdout).toContain('3 of 3 servers know a leader')
    expect((await lab.exec('n1', 'systemctl is-active consul; command -v consul')).stdout.trim()).toBe(
      'inactive',
    )
    const before = await startTimes(lab)

    expect((await expectRun(0, lab, 'apply', '--yes')).stdout).toContain('Nothing to do')

    expect(await pending(lab)).toEqual([])
    expect(await startTimes(lab)).toEqual(before)
  })

  it('is not moved to Consul', async () => {
    const { code, stderr } = await pgha(lab, 'diff', '-e', 'dcs=consul')
    expect([code, stderr]).toEqual([6, expect.stringContaining('keeps the cluster in etcd')])
  })

  it('restarts its servers one by one for a new setting, and no database', async () => {
    const words = ['-e', 'etcd.heartbeat_ms=150']
    const before = await startTimes(lab)
    await expectRun(0, lab, 'apply', '--yes', ...words)
    const after = await startTimes(lab)

    const changed = Object.keys(after).filter((unit) => after[unit] !== before[unit])
    expect(changed).toEqual(['n1 etcd', 'n2 etcd', 'n3 etcd'])
    expect((await expectRun(0, lab, 'verify', ...words)).stdout).toContain('healthy')
  })

  it('lets no server be restarted while another one is down', async () => {
    await eventually(30, async () => ((await pgha(lab, 'verify')).code === 0 ? true : undefined))
    const leader = (await leaderHost(lab)) ?? ''
    const down = lab.nodes.map(({ name }) => name).find((name) => name !== leader) ?? ''
    await lab.exec(down, 'systemctl stop etcd; systemctl mask --runtime etcd')
    const before = await startTimes(lab)

    const others = lab.nodes.map(({ name }) => name).filter((name) => name !== down)
    const words = ['-e', 'etcd.heartbeat_ms=200', '--limit', others.join(',')]
    const { code, stderr } = await pgha(lab, 'apply', '--yes', ...words)

    expect([code, stderr]).toEqual([6, expect.stringContaining(`waiting for ${down}`)])
    expect(await startTimes(lab)).toEqual(before)
    await lab.exec(down, 'systemctl unmask --runtime etcd; systemctl start etcd')
    await eventually(60, async () => ((await pgha(lab, 'verify')).code === 0 ? true : undefined))
  })

  it('goes on through the VIP when the node of the leader stops', async () => {
    const old = (await leaderHost(lab)) ?? ''
    const client = lab.nodes.map(({ name }) => name).find((name) => name !== old) ?? ''
    await psql(lab, client, 5000, 'create table if not exists kept (id int); insert into kept values (1);')
    const stoppedMs = Date.now()
    await lab.stop(old)
    await eventually(90, () => psql(lab, client, 5000, 'insert into kept values (2)').catch(() => undefined))
    console.log(
      `writes went on ${((Date.now() - stoppedMs) / 1000).toFixed(1)} s after the leader's node stopped`,
    )

    await lab.start(old)
    await eventually(120, async () => ((await pgha(lab, 'verify')).code === 0 ? true : undefined))
    expect(await leaderHost(lab)).not.toBe(old)
    expect(Number(await psql(lab, client, 5000, 'select count(*) from kept'))).toBeGreaterThanOrEqual(2)
  })
})
