import { beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { expectRun, leaderHost, pending, psql, startTimes, status } from './support.ts'

const modes = [
  { mode: 'on', names: /^"?[a-z0-9_]+"?$/, role: 'sync_standby', count: 1 },
  { mode: 'quorum', names: /^ANY 1 \(/, role: 'quorum_standby', count: 2 },
  { mode: 'strict', names: /^"?[a-z0-9_]+"?$/, role: 'sync_standby', count: 1 },
  { mode: 'off', names: /^$/, role: 'sync_standby', count: 0 },
] as const

describe('a running cluster gets from each synchronous mode to the next', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3 })
    await expectRun(0, lab, 'apply', '--yes')
  })

  it.each(modes)(
    '$mode: restarts nothing, and waits until the replicas have followed',
    async ({ mode, ...wanted }) => {
      const words = ['-e', `patroni.synchronous=${mode}`]
      const before = await startTimes(lab)

      await expectRun(0, lab, 'apply', '--yes', ...words)

      const { view } = await status(lab)
      expect(view?.members.filter(({ role }) => role === wanted.role)).toHaveLength(wanted.count)
      const leader = (await leaderHost(lab)) ?? ''
      const address = lab.nodes.find(({ name }) => name === leader)?.address ?? ''
      expect(await psql(lab, leader, 5432, 'show synchronous_standby_names', address)).toMatch(wanted.names)
      expect(await pending(lab, ...words)).toEqual([])
      expect((await expectRun(0, lab, 'verify', ...words)).stdout).toMatch(/ok +synchronous standbys/)
      expect(await startTimes(lab)).toEqual(before)
    },
  )

  it('is left in the mode that the DCS has when the inventory does not say', async () => {
    await expectRun(0, lab, 'apply', '--yes', '-e', 'patroni.synchronous=on')

    expect(await pending(lab)).toEqual([])
    expect((await expectRun(0, lab, 'verify')).stdout).toContain('the inventory does not say')
    await expectRun(0, lab, 'apply', '--yes', '-e', 'patroni.synchronous=off')
  })
})
