import { spawn } from 'node:child_process'

import { beforeAll, describe, expect, it } from 'vitest'

import { clusterOf } from '../../src/actions/cluster-of.ts'
import { linesTo, settingOf } from '../../src/actions/drill-nodes.ts'
import { openSite } from '../../src/actions/site.ts'
import type { RunOptions } from '../../src/actions/options.ts'
import type { Arena } from '../../src/drill/arena.ts'
import { type Fault, fault } from '../../src/drill/faults/fault.ts'
import { blockScript, unblockScript } from '../../src/drill/faults/packet-filter.ts'
import { assess, type Bounds } from '../../src/drill/judge/assess.ts'
import { randomOf } from '../../src/drill/random.ts'
import type { DrillResult } from '../../src/drill/result.ts'
import { runRound } from '../../src/drill/round.ts'
import { createSchema } from '../../src/drill/workload/schema.ts'
import { Session } from '../../src/drill/workload/session.ts'
import { type Lab, up } from '../lab/lab.ts'
import { eventually, expectRun, leaderHost, pgha, program } from './support.ts'

type Json = DrillResult & { readonly verdict: string }

/**
 * What no configuration survives: somebody cuts a replica off and promotes it by hand. Both lead then, and clients that
 * come to it directly are acknowledged what is lost in the end. It is cloned anew afterwards.
 */
const promotedByHand: Fault = fault(
  'promoted-by-hand',
  'a replica is cut off and promoted by hand',
  {
    kind: 'script',
    inject: ({ sshPort, vip }) => `p=$(main_pid patroni) && keep_down patroni && kill -9 "$p"
${blockScript(
  [
    { chain: 'input', protocol: 'tcp', port: { side: 'destination', number: sshPort }, verdict: 'pass' },
    { chain: 'output', protocol: 'tcp', port: { side: 'source', number: sshPort }, verdict: 'pass' },
    { chain: 'input', verdict: 'drop' },
    { chain: 'output', verdict: 'drop' },
  ],
  vip,
)}
su postgres -c "$(ls /usr/lib/postgresql/*/bin/pg_ctl) promote -D $(data_dir)"`,
    heal: () => `d=$(data_dir)
su postgres -c "$(ls /usr/lib/postgresql/*/bin/pg_ctl) stop -m immediate -D $d"
find "$d" -mindepth 1 -delete
${unblockScript()}
let_up patroni`,
  },
  { promised: 'none', victim: 'replica', lasts: true, inside: true, redundancySeconds: 120 },
)

const bounds: Bounds = {
  ...{ outageMs: Infinity, toleranceMs: 500, redundancyMs: 120_000, isSynchronous: true },
  ...{ lossWindowMs: 0, mayMove: true, vipTwoMs: Infinity },
}

describe('the judge sees what was planted', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3 })
    await Promise.all(
      lab.nodes.map(({ name }) =>
        lab.exec(name, 'command -v nft || { apt-get -qq update && apt-get -qq install -y nftables; }'),
      ),
    )
    await expectRun(0, lab, 'apply', '-e', 'profile=balanced', '--yes')
  })

  it('an orphan leader, kept alive by holding Patroni down: lost writes and two leaders', async () => {
    const { stdout } = await pgha(lab, 'drill', '--faults', 'patroni-kill-hold', '--yes', '--json')
    const [trial] = (JSON.parse(stdout) as Json).trials
    if (trial?.rounded.kind !== 'measured') throw new Error(stdout)
    const { fate, split } = trial.rounded.figures
    console.log(
      `orphan: ${fate.lost.inside.count} lost inside within ${Math.round(fate.lost.inside.windowMs)} ms, ${fate.lost.vip.count} through the VIP, ${split.acksInside} acknowledged on the old timeline`,
    )
    expect(fate.lost.inside.count).toBeGreaterThan(0)
    expect(split.acksInside).toBeGreaterThan(0)
    // HAProxy has cut the clients of the address off in time.
    expect(fate.lost.vip.count).toBe(0)
    expect(trial.assessment?.notes.join()).toContain('acknowledged writes lost inside')
  })

  it('a replica that somebody promotes by hand: split brain, decisively', async () => {
    const options: RunOptions = {
      ...{ inventory: lab.inventoryPath, extraVars: ['profile=balanced'], limit: undefined, tags: [] },
      ...{ skipTags: [], forks: 8, acceptNew: false, skipUnreachable: [], maxDisruption: 'switchover' },
      ...{ command: 'drill (planted)', emit: () => undefined },
    }
    const site = openSite(options, { onlyLooks: true })
    const [lines, eyes] = [linesTo(site, options, true), linesTo(site, options, false)]
    try {
      const cluster = clusterOf(site, { connections: lines, failures: [] })
      const arena: Arena = {
        ...{
          cluster,
          watched: { ...cluster, connections: eyes },
          settingOf: (host) => settingOf(site, host),
        },
        ...{ power: {}, folder: site.folder, loopWaitSeconds: 1, graceSeconds: 60, writers: 3, thinkMs: 10 },
        ...{ random: randomOf(1), signal: undefined, tell: () => undefined, pulse: () => undefined },
      }
      const place = { ...cluster.superuser, address: cluster.vip, port: 5000 }
      const session = await Session.open(place, { connectMs: 5_000, answerMs: 15_000 })
      await createSchema(session)
      session.destroy()
      const rounded = await runRound({ fault: promotedByHand, holdSeconds: 15, wholeSeconds: 180 }, arena)
      if (rounded.kind !== 'measured') throw new Error(rounded.reason)
      const { fate, split } = rounded.figures
      console.log(
        `promoted by hand: ${split.acksVip} acknowledged on the old timeline through the VIP, ${fate.lost.inside.count} lost inside`,
      )
      expect(split.acksVip).toBeGreaterThan(0)
      expect(fate.lost.inside.count).toBeGreaterThan(0)
      const { verdict, reasons } = assess(rounded.figures, bounds)
      expect(verdict).toBe('fail')
      expect(reasons.join()).toContain('split brain')
      expect(reasons.join()).toContain('lost inside')
    } finally {
      await Promise.all([...lines.values(), ...eyes.values()].map((line) => line.close()))
    }
  })

  it('a machine that is too noisy: inconclusive, not passed', async () => {
    await eventually(120, async () => ((await pgha(lab, 'verify')).code === 0 ? true : undefined))
    const leader = (await leaderHost(lab)) ?? ''
    const child = spawn(
      process.execPath,
      [program, 'drill', '-i', lab.inventoryPath, '--yes', '--faults', 'haproxy-kill', '--json'],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } },
    )
    let [stdout, isPlanted] = ['', false]
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => {
      if (isPlanted || !chunk.toString().includes('watching the healthy cluster')) return
      isPlanted = true
      // Within the five quiet seconds the leader stands still for one.
      setTimeout(() => {
        void lab.pause(leader).then(async () => {
          await new Promise((resolve) => setTimeout(resolve, 1_000))
          await lab.unpause(leader)
        })
      }, 2_000)
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    const result = JSON.parse(stdout) as Json
    const [trial] = result.trials
    if (trial?.rounded.kind !== 'measured') throw new Error(stdout)
    console.log(`noisy: ${result.verdict}, baseline ${trial.rounded.figures.outage.baselineMs.toFixed(0)} ms`)
    expect(isPlanted).toBe(true)
    expect(result.verdict).toBe('inconclusive')
    expect(code).toBe(1)
  })
})
