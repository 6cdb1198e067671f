import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { watchDown } from './down-watch.ts'
import { addNewerPackages } from './newer-packages.ts'
import { expectRun, leaderHost, startTimes } from './support.ts'
import { startWriter, type Writer } from './writer.ts'

const longestGapMs = 3_000
const upgraded = ['consul', 'haproxy', 'patroni']

describe('an upgrade of packages, with a writer at the VIP', () => {
  let lab: Lab
  let writer: Writer

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3, fresh: true })
    await expectRun(0, lab, 'apply', '--yes')
    writer = await startWriter(lab)
  })

  afterAll(async () => {
    const report = await writer.stop()
    console.log('writer, all in all:', JSON.stringify(report))
    expect(report.lost).toBe(0)
  })

  const versions = async (node: string) =>
    (await lab.exec(node, `dpkg-query -W -f '\${Version}\\n' ${upgraded.join(' ')}`)).stdout
      .trim()
      .split('\n')

  it('is nothing while the repositories have nothing newer', async () => {
    const { stdout } = await expectRun(0, lab, 'upgrade', '--minor', '--yes')
    expect(stdout).toContain('nothing to do')
  })

  it('says which versions, and touches nothing, in a dry run', async () => {
    await addNewerPackages(lab, upgraded)
    const before = await startTimes(lab)
    const { stdout } = await expectRun(2, lab, 'upgrade', '--minor', '--dry-run')
    console.log(stdout)
    for (const name of upgraded) expect(stdout).toMatch(new RegExp(`${name} \\S+ → \\S+\\+lab1`))
    expect(stdout).toContain('disruption: switchover')
    expect(await startTimes(lab)).toEqual(before)
    await expectRun(6, lab, 'upgrade', '--minor', '--yes', '--max-disruption', 'reload')
    await expectRun(4, lab, 'upgrade')
  })

  it('goes node by node: never two members down, the leader last, one short gap', async () => {
    const [before, leader] = [await startTimes(lab), await leaderHost(lab)]
    const down = watchDown(lab)
    writer.lap()
    await expectRun(0, lab, 'upgrade', '--minor', '--yes')
    const lap = writer.lap()
    const { mostAtOnce } = await down.stop()
    console.log(
      `upgrade: longest gap ${lap.longestGapMs} ms, ${lap.acknowledged} acknowledged, errors ${JSON.stringify(lap.errors)}; down at once: ${mostAtOnce}`,
    )
    for (const { name } of lab.nodes) {
      const found = await versions(name)
      expect(found.filter((version) => version.endsWith('+lab1'))).toHaveLength(upgraded.length)
    }
    const after = await startTimes(lab)
    const restarted = Object.keys(after).filter((unit) => after[unit] !== before[unit])
    expect(restarted.toSorted()).toEqual(
      lab.nodes.flatMap(({ name }) => [...upgraded, 'postgres'].map((unit) => `${name} ${unit}`)).toSorted(),
    )
    expect(mostAtOnce).toBeLessThanOrEqual(1)
    expect(await leaderHost(lab)).not.toBe(leader)
    expect(lap.longestGapMs).toBeLessThanOrEqual(longestGapMs)
    await expectRun(0, lab, 'verify')
  })

  it('leaves nothing to do', async () => {
    const { stdout } = await expectRun(0, lab, 'upgrade', '--minor', '--yes')
    expect(stdout).toContain('nothing to do')
    await expectRun(0, lab, 'diff')
  })
})
