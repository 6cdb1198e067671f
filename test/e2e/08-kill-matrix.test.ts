import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { brokenFiles, dieAt, nextConverges, untilUnlocked } from './interrupt.ts'
import { expectRun, pgha } from './support.ts'

// PGHA_FULL=1 kills after every step, and in each third one, each on nodes that are as before the run (about an hour on two
// fast cores, from step PGHA_FROM on); without it some steps stand for all.
const isFull = process.env['PGHA_FULL'] === '1'
const firstStep = Number(process.env['PGHA_FROM'] ?? 1)
const hoursMs = 2 * 60 * 60 * 1000

/** SIGKILL when a step was answered (`7+`), and for some when it was sent (`7`), until a run is over before it is killed. */
async function atEveryStep(dies: (step: string) => Promise<boolean>): Promise<number> {
  for (let step = firstStep; ; step++) {
    if (step % 3 === 1) await dies(String(step))
    if (!(await dies(`${step}+`))) return step - 1
  }
}

/** True when the run was killed; then its remains are those of a run that died, and every file is whole. */
async function dies(lab: Lab, step: string, words: readonly string[]): Promise<boolean> {
  const { code, stderr } = await dieAt(lab, step, ['apply', '--yes', ...words])
  if (code === 0) return false
  expect(code, stderr).toBe(137)
  await untilUnlocked(lab)
  expect(await brokenFiles(lab)).toEqual([])
  return true
}

const fresh = (kind: 'ready' | 'bare') => up({ flavor: 'debian13', kind, nodes: 3, fresh: true })

describe('SIGKILL in a first apply', () => {
  it(
    'on bare nodes, at each step that is left, again and again, until nothing is left',
    { timeout: hoursMs },
    async () => {
      const lab = await fresh('bare')
      let runs = 0
      while (await dies(lab, runs % 2 === 0 ? '1' : '1+', [])) {
        runs++
        // Each kill leaves one step less: more than there are means that one is never done.
        expect(runs).toBeLessThan(150)
        expect((await pgha(lab, 'diff')).stderr).toMatch(/run \S+ of \S+@\S+ \(apply --yes .*\) died/)
      }
      console.log(`a first apply was killed ${runs} times`)
      expect(runs).toBeGreaterThan(20)
      await nextConverges(lab, [])
      expect((await pgha(lab, 'diff')).stderr).not.toContain('died')
    },
  )

  it(isFull ? 'at every step' : 'at some steps', { timeout: hoursMs }, async () => {
    const once = async (step: string) => {
      const lab = await fresh('ready')
      if (!(await dies(lab, step, []))) return false
      await nextConverges(lab, [])
      console.log(`first apply, killed at ${step}: converged`)
      return true
    }
    if (isFull) expect(await atEveryStep(once)).toBeGreaterThan(30)
    else for (const step of ['17', '30+']) expect(await once(step)).toBe(true)
  })
})

/** New each time: files of three services, a line of pg_hba, settings in the DCS; and what only a restart takes. */
async function change(turn: number, restarts: boolean): Promise<readonly string[]> {
  const file = join(tmpdir(), `pgha-change-${process.pid}.yaml`)
  await writeFile(file, `postgresql: { hba: ['host all all 198.18.250.${turn % 250}/32 scram-sha-256'] }\n`)
  return [
    ...['-e', `@${file}`, '-e', `haproxy.maxconn=${800 + turn}`],
    ...['-e', `keepalived.advert_seconds=${turn % 2 === 0 ? 1 : 2}`],
    ...['-e', `patroni.maximum_lag_on_failover=${1_048_576 + turn}`],
    ...(restarts ? ['-e', `postgresql.parameters.max_connections=${100 + turn}`] : []),
  ]
}

describe.each([
  { what: 'a change that reloads', restarts: false, some: ['1', '4+', '9', '14'], least: 12 },
  { what: 'a change that restarts every member', restarts: true, some: ['12+', '19'], least: 16 },
])('SIGKILL in $what', ({ restarts, some, least }) => {
  it(isFull ? 'at every step' : 'at some steps', { timeout: hoursMs }, async () => {
    const lab = await fresh('ready')
    await expectRun(0, lab, 'apply', '--yes')
    let turn = 0
    const once = async (step: string) => {
      const words = await change(++turn, restarts)
      if (!(await dies(lab, step, words))) return false
      const said = await nextConverges(lab, words)
      console.log(`change, killed at ${step}: ${/died .*/.exec(said)?.[0] ?? 'nothing was begun'}`)
      expect(said).toMatch(/died (during|after) `.+`/)
      return true
    }
    if (isFull) expect(await atEveryStep(once)).toBeGreaterThan(least)
    else for (const step of some) expect(await once(step)).toBe(true)
  })
})
