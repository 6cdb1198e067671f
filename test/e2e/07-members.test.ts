import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import type { Lap } from './client.ts'
import { type ChangeJson, eventually, expectRun, leaderHost, pgha, type status } from './support.ts'
import { startWriter, type Writer } from './writer.ts'

interface PlanJson {
  readonly changes: readonly (ChangeJson & { readonly disruption: string })[]
}

const longestGapMs = 3_000
// What a busy machine may take for one insert: nobody was cut off.
const hiccupMs = 1_500

describe('members by declaration, with a writer at the VIP', () => {
  let lab: Lab
  let writer: Writer
  let path = ''
  const absent = new Set<string>()

  const words = () => ['-i', path]

  /** The lab's inventory, with some hosts moved under `absent:`. */
  async function declare(...leaving: readonly string[]): Promise<void> {
    for (const name of leaving) absent.add(name)
    const lines = (await readFile(lab.inventoryPath, 'utf8')).trimEnd().split('\n')
    const isLeaving = (line: string) => [...absent].some((name) => line.startsWith(`      ${name}: `))
    const moved = lines.filter(isLeaving).map((line) => line.slice(4))
    const head = lines.filter((line) => !isLeaving(line))
    await writeFile(path, [...head, ...(moved.length > 0 ? ['absent:', ...moved] : []), ''].join('\n'))
  }

  /** Plans, applies, and compares both; gives the plan and what the writer went through meanwhile. */
  async function carryOut(what: string, ...more: readonly string[]): Promise<[PlanJson, Lap]> {
    const planned = JSON.parse(
      (await expectRun(2, lab, 'diff', '--json', ...words(), ...more)).stdout,
    ) as PlanJson
    writer.lap()
    const run = await expectRun(0, lab, 'apply', '--yes', '--json', ...words(), ...more)
    const lap = writer.lap()
    console.log(
      `${what}: longest gap ${lap.longestGapMs} ms, ${lap.acknowledged} acknowledged, errors ${JSON.stringify(lap.errors)}`,
    )
    const sorted = ({ changes }: PlanJson) => changes.map((one) => JSON.stringify(one)).toSorted()
    expect(sorted(JSON.parse(run.stdout) as PlanJson)).toEqual(sorted(planned))
    return [planned, lap]
  }

  /** One leader, all members of the inventory and no other, all servers of the DCS vote, and nothing is left to do. */
  async function expectWhole(names: readonly string[]): Promise<void> {
    const verified = await expectRun(0, lab, 'verify', ...words())
    expect(verified.stdout).toContain('one leader')
    const { view, members } = JSON.parse(
      (await expectRun(0, lab, 'status', '--json', ...words())).stdout,
    ) as Awaited<ReturnType<typeof status>>
    const hosts = view?.members.map(({ name }) => members.find((one) => one.name === name)?.host)
    expect(hosts?.toSorted()).toEqual(names)
    // Consul gives a new server its vote when it has been there for ten seconds.
    await eventually(30, async () => {
      const { stdout } = await lab.exec(names[0] ?? '', 'consul operator raft list-peers')
      const voters = stdout.split('\n').filter((line) => line.endsWith('3') && line.includes(' true '))
      return voters
        .map((line) => line.split(' ')[0])
        .toSorted()
        .join() === names.join()
        ? true
        : undefined
    })
    const again = await expectRun(0, lab, 'apply', '--yes', '--json', ...words())
    expect((JSON.parse(again.stdout) as PlanJson).changes).toEqual([])
  }

  async function unitsOf(node: string): Promise<string> {
    const units = 'consul patroni haproxy keepalived'
    const { stdout } = await lab.exec(node, `systemctl is-active ${units}; systemctl is-enabled ${units}`)
    return stdout.trim().split('\n').join(' ')
  }

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3, fresh: true })
    path = join(dirname(lab.inventoryPath), 'inventory-members.yaml')
    await declare()
    await expectRun(0, lab, 'apply', '--yes', ...words())
    writer = await startWriter(lab)
  })

  afterAll(async () => {
    const report = await writer.stop()
    console.log('writer, all in all:', JSON.stringify(report))
    expect(report.lost).toBe(0)
  })

  it('a fourth joins: cloned from a replica, and nobody notices', async () => {
    lab = await lab.addNode('n4')
    await declare()
    const [{ changes }, lap] = await carryOut('a fourth joins')
    expect(new Set(changes.map(({ disruption }) => disruption))).toEqual(new Set(['none', 'reload']))
    expect(lap.errors).toEqual({})
    expect(lap.longestGapMs).toBeLessThan(hiccupMs)
    const { stdout } = await lab.exec('n4', 'journalctl -u patroni -o cat')
    expect(stdout).toMatch(/bootstrapped from replica/)
    await expectWhole(['n1', 'n2', 'n3', 'n4'])
  })

  it('the leader leaves: it hands over first, and keeps its data', async () => {
    const leader = (await leaderHost(lab)) ?? ''
    await declare(leader)
    const [{ changes }, lap] = await carryOut('the leader leaves')
    expect(changes.map(({ disruption }) => disruption)).toContain('switchover')
    expect(lap.longestGapMs).toBeLessThanOrEqual(longestGapMs)
    await expectWhole(['n1', 'n2', 'n3', 'n4'].filter((name) => name !== leader))
    expect(await unitsOf(leader)).toMatch(/^((inactive|failed) ){4}(disabled ?){4}$/)
    const { code } = await lab.exec(leader, 'test -s /var/lib/postgresql/*/main/PG_VERSION')
    expect(code).toBe(0)
  })

  it('a dead one is replaced by another while it stays down', async () => {
    const dead = (await replicas())[0] ?? ''
    await lab.kill(dead)
    lab = await lab.addNode('n5')
    await declare(dead)
    await eventually(60, async () => ((await pgha(lab, 'diff', ...words())).code === 2 ? true : undefined))
    const [{ changes }, lap] = await carryOut('a dead one is replaced')
    expect(lap.errors).toEqual({})
    expect(lap.longestGapMs).toBeLessThan(hiccupMs)
    expect(changes.filter(({ host }) => host === 'n5').map(({ resource }) => resource)).toContain(
      'service patroni',
    )
    await expectWhole(['n1', 'n2', 'n3', 'n4', 'n5'].filter((name) => !absent.has(name)))
  })

  it('deletes data of one that has left when told to', async () => {
    const [gone = ''] = absent
    const [{ changes }] = await carryOut('data is deleted', '--delete-data')
    expect(changes.map(({ kind, host }) => `${host} ${kind}`)).toEqual([
      `${gone} absent-data`,
      `${gone} absent-data`,
    ])
    const { code } = await lab.exec(gone, 'test -e /var/lib/postgresql/*/main/PG_VERSION')
    expect(code).not.toBe(0)
  })

  it('refuses to take the last replica and the majority of the DCS, unless they are named', async () => {
    const leaving = await replicas()
    expect(leaving).toHaveLength(2)
    await declare(...leaving)
    const refused = await expectRun(6, lab, 'apply', '--yes', ...words())
    expect(refused.stderr).toMatch(/last replica/)
    expect(refused.stderr).toMatch(/1 of 3 servers of the DCS would be left/)
    await carryOut('all replicas leave', '--force-remove', leaving.join(','))
    const [left] = lab.nodes.map(({ name }) => name).filter((name) => !absent.has(name))
    await expectWhole([left ?? ''])
  })

  async function replicas(): Promise<readonly string[]> {
    const leader = await leaderHost(lab)
    const { members } = JSON.parse((await pgha(lab, 'status', '--json', ...words())).stdout) as Awaited<
      ReturnType<typeof status>
    >
    return members.map(({ host }) => host).filter((host) => host !== leader)
  }
})
