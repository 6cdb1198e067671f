import { readFile, writeFile } from 'node:fs/promises'

import { beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { eventually, expectRun, leaderHost, psql, status } from './support.ts'

/** The article's promises, by hand. */
describe('failover', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', nodes: 3 })
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('goes on through the VIP when the node of the leader stops, and takes it back as a replica', async () => {
    const old = (await leaderHost(lab)) ?? ''
    const client = lab.nodes.map(({ name }) => name).find((name) => name !== old) ?? ''
    await psql(lab, client, 5000, 'create table if not exists kept (id int); insert into kept values (1);')
    const stoppedMs = Date.now()
    await lab.stop(old)
    const count = await eventually(60, () =>
      psql(lab, client, 5000, 'insert into kept values (2); select count(*) from kept;').catch(
        () => undefined,
      ),
    )
    console.log(
      `writes went on ${((Date.now() - stoppedMs) / 1000).toFixed(1)} s after docker stop of the leader's node`,
    )
    expect(Number(count)).toBeGreaterThanOrEqual(2)
    const leader = await eventually(30, async () => {
      const now = await leaderHost(lab)
      return now === undefined || now === old ? undefined : now
    })
    expect((await expectRun(3, lab, 'verify')).stdout).toContain('FAIL')

    await lab.start(old)
    await eventually(90, async () => {
      const { view } = await status(lab)
      const whole = view?.members.filter(({ state }) => state === 'running' || state === 'streaming')
      return whole?.length === 3 ? true : undefined
    })
    expect(await leaderHost(lab)).toBe(leader)
    await eventually(30, async () => ((await expectRunVerify(lab)) ? true : undefined))
    await expectRun(0, lab, 'diff')
  })

  it('moves the VIP soon and to one node when keepalived of its holder is killed', async () => {
    const [holder = ''] = (await status(lab)).vipHolders
    const watched = Promise.all(lab.nodes.map(({ name }) => holding(lab, name, 8)))
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await lab.exec(holder, 'systemctl kill -s KILL keepalived')
    const { nobody, several, holders } = gaps(await watched)
    console.log(`the VIP: nobody had it for ${nobody} ms, several for ${several} ms`)
    expect(holders).toBeGreaterThan(1)
    expect(nobody).toBeLessThan(2000)
    expect(several).toBeLessThan(1000)
    await eventually(30, async () => ((await expectRunVerify(lab)) ? true : undefined))
    await expectRun(0, lab, 'diff')
  })

  it('lets an empty fourth node join by cloning', async () => {
    const rows = await psql(lab, 'n1', 5000, 'select count(*) from kept;')
    const four = await lab.addNode('n4')
    const inventory = await readFile(four.inventoryPath, 'utf8')
    // A fourth vote would be an even number: the new node runs a client agent.
    const line = /^( +n4: \{)/m
    expect(inventory).toMatch(line)
    await writeFile(four.inventoryPath, inventory.replace(line, '$1 consul: { server: false },'))
    const leader = await leaderHost(lab)
    await expectRun(0, four, 'apply', '--yes')
    await expectRun(0, four, 'verify')
    expect(await leaderHost(four)).toBe(leader)
    expect(await psql(four, 'n4', 5432, 'select count(*) from kept;', `${lab.prefix}.14`)).toBe(rows)
    await expectRun(0, four, 'diff')
  })
})

async function expectRunVerify(lab: Lab): Promise<boolean> {
  return expectRun(0, lab, 'verify').then(
    () => true,
    () => false,
  )
}

/** The tenths of a second, since 1970, in which the node has the VIP; it looks for so many seconds. */
async function holding(lab: Lab, node: string, seconds: number): Promise<readonly number[]> {
  const look = `ip -4 -o address show to ${lab.vip} | grep -q . && date +%s%N | cut -c1-11; sleep 0.03`
  const { stdout } = await lab.exec(
    node,
    `end=$(($(date +%s) + ${seconds})); while [ "$(date +%s)" -lt $end ]; do ${look}; done`,
  )
  return [...new Set(stdout.split('\n').filter(Boolean).map(Number))]
}

/** For how many milliseconds nobody and several had it, by what each node saw; all have the clock of the machine. */
function gaps(seen: readonly (readonly number[])[]): {
  readonly nobody: number
  readonly several: number
  readonly holders: number
} {
  const all = seen.flat().toSorted((a, b) => a - b)
  const steps = all.slice(1).map((time, n) => time - (all[n] ?? time))
  return {
    nobody: Math.max(0, ...steps) * 100,
    several: (all.length - new Set(all).size) * 100,
    holders: seen.filter((times) => times.length > 0).length,
  }
}
