import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import type { DrillResult } from '../../src/drill/result.ts'
import { type Lab, up } from '../lab/lab.ts'
import { eventually, expectRun, leaderHost, pgha, program, psql } from './support.ts'

type Json = DrillResult & { readonly verdict: string }

// Soon after pgha has died: the test waits for it.
const graceSeconds = 12

/** Faults, and how the node itself tells that one is there. */
const killed = [
  {
    fault: 'patroni-freeze',
    isThere: `ps -o stat= -p "$(systemctl show -p MainPID patroni | cut -d= -f2)" | grep -q T`,
  },
  { fault: 'leader-cut-from-dcs', isThere: 'nft list table ip pgha_drill >/dev/null 2>&1' },
  { fault: 'patroni-kill-hold', isThere: '! systemctl is-active -q patroni' },
] as const

describe('pgha drill', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3 })
    await Promise.all(
      lab.nodes.map(({ name }) =>
        lab.exec(name, 'command -v nft || { apt-get -qq update && apt-get -qq install -y nftables; }'),
      ),
    )
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('measures an outage of a switchover, and loses nothing', async () => {
    const html = join(tmpdir(), `pgha-drill-${process.pid}.html`)
    const run = await pgha(
      lab,
      'drill',
      '--faults',
      'switchover,patroni-kill',
      '--yes',
      '--json',
      '--html',
      html,
    )
    const result = JSON.parse(run.stdout) as Json
    console.log(`drill: ${result.verdict}, exit ${run.code}`)
    expect(result.trials.map(({ fault }) => fault)).toEqual(['switchover', 'patroni-kill'])
    for (const { rounded, fault } of result.trials) {
      if (rounded.kind !== 'measured') throw new Error(`${fault}: ${rounded.reason}`)
      const { fate, outage, split, redundancyMs } = rounded.figures
      console.log(
        `${fault}: no writes for ${Math.round(outage.longestMs)} ms, ${fate.acknowledged} acknowledged`,
      )
      expect(fate).toMatchObject({ phantom: 0, duplicates: 0, foreign: 0, divergent: [] })
      expect(fate.lost.vip.count).toBe(0)
      expect(split).toMatchObject({ acksVip: 0, acksInside: 0 })
      expect(fate.acknowledged).toBeGreaterThan(200)
      expect(outage.recovered).toBe(true)
      expect(redundancyMs).toBeDefined()
    }
    const [switchover] = result.trials
    if (switchover?.rounded.kind !== 'measured') throw new Error('the switchover was not measured')
    expect(switchover.rounded.leaderAfter).not.toBe(switchover.rounded.leader)
    // A switchover cannot be done without a moment of no writes: who measures none measures nothing.
    expect(switchover.rounded.figures.outage.longestMs).toBeGreaterThan(200)
    expect(await readFile(html, 'utf8')).toContain('<svg')
    const schemas = await psql(
      lab,
      'n1',
      5000,
      `select count(*) from pg_namespace where nspname = 'pgha_drill'`,
    )
    expect(schemas).toBe('0')
  })

  it.each(killed)('$fault heals although pgha is killed right after it came', async ({ fault, isThere }) => {
    const leader = (await leaderHost(lab)) ?? ''
    const child = spawn(
      process.execPath,
      [
        ...[program, 'drill', '-i', lab.inventoryPath, '--yes', '--faults', fault],
        ...['--hold', '20', '--grace', String(graceSeconds)],
      ],
      { stdio: 'ignore' },
    )
    const came = await eventually(60, async () => {
      const { code } = await lab.exec(leader, isThere)
      return code === 0 ? Date.now() : undefined
    })
    child.kill('SIGKILL')
    const { stdout } = await lab.exec(leader, 'systemctl is-active pgha-drill-heal.timer')
    expect(stdout.trim()).toBe('active')
    await eventually(120, async () => {
      const { code } = await lab.exec(leader, isThere)
      return code === 0 ? undefined : true
    })
    console.log(`${fault}: gone ${((Date.now() - came) / 1000).toFixed(1)} s after it came, without pgha`)
    await eventually(120, async () => ((await pgha(lab, 'verify')).code === 0 ? true : undefined))
  })

  it('is refused on production unless the cluster is named', async () => {
    const refused = await pgha(lab, 'drill', '-e', 'environment=production', '--yes')
    expect(refused.code).toBe(6)
    expect(refused.stderr).toContain('--on cluster-pgsql')
    const wrong = await pgha(lab, 'drill', '--on', 'another', '--yes')
    expect(wrong.code).toBe(4)
  })
})
