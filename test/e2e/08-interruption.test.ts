import { afterEach, beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import {
  brokenFiles,
  inSlowStep,
  nextConverges,
  slowDown,
  speedUp,
  start,
  untilUnlocked,
} from './interrupt.ts'
import { eventually, expectRun, pending, pgha } from './support.ts'

/** A change of configuration that reloads HAProxy and keepalived everywhere and patches the DCS; new each time. */
function change(): readonly string[] {
  turn += 1
  return [
    ...['-e', `haproxy.maxconn=${800 + turn}`],
    ...['-e', `keepalived.advert_seconds=${turn % 2 === 0 ? 1 : 2}`],
    ...['-e', `patroni.maximum_lag_on_failover=${1_048_576 + turn}`],
  ]
}
let turn = 0

describe('a run that is interrupted', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3, fresh: true })
    await expectRun(0, lab, 'apply', '--yes')
  })

  afterEach(async () => {
    for (const { name } of lab.nodes) await speedUp(lab, name)
  })

  const converges = (words: readonly string[]) => nextConverges(lab, words)

  it('by Ctrl-C finishes the step, says what is left and exits with 130', async () => {
    const words = change()
    await slowDown(lab, 'n2', 2)
    const run = start(lab, ['apply', '--yes', ...words])
    await inSlowStep(lab, 'n2')
    run.signal('SIGINT')
    const { code, stderr } = await run.ended
    expect(stderr).toContain('stopping: the step that runs on each node comes to its end')
    expect(stderr).toMatch(/done n2 {2}write \/etc\/haproxy\/haproxy.cfg/)
    expect(stderr).toMatch(/left to do, by the next apply:\n(.*\n)*.*reload service haproxy/)
    expect(code).toBe(130)
    await speedUp(lab, 'n2')
    expect(await converges(words)).toMatch(/was stopped after/)
  })

  it('by a second Ctrl-C ends at once', async () => {
    const words = change()
    await slowDown(lab, 'n2', 6)
    const run = start(lab, ['apply', '--yes', ...words])
    await inSlowStep(lab, 'n2')
    run.signal('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const beganMs = Date.now()
    run.signal('SIGINT')
    expect((await run.ended).code).toBe(130)
    expect(Date.now() - beganMs).toBeLessThan(1500)
    const second = await expectRun(5, lab, 'apply', '--yes', ...words)
    expect(second.stderr).toContain('is locked by')
    await untilUnlocked(lab)
    await speedUp(lab, 'n2')
    await converges(words)
  })

  it('by a broken SSH connection calls the outcome unknown', async () => {
    const words = change()
    await slowDown(lab, 'n2', 3)
    const run = start(lab, ['apply', '--yes', ...words])
    await inSlowStep(lab, 'n2')
    await lab.exec('n2', 'pkill -KILL sshd-session')
    const { code, stderr } = await run.ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/LOST n2 {2}write \/etc\/haproxy\/haproxy.cfg/)
    expect(stderr).toMatch(/outcome unknown: connection to n2 lost/)
    expect(stderr).toContain('(unknown: the node cannot be asked)')
    await untilUnlocked(lab)
    await speedUp(lab, 'n2')
    await converges(words)
  })

  it('whose last script goes on is ended by --break-lock, but not while its session lives', async () => {
    const words = change()
    await slowDown(lab, 'n2', 120)
    const run = start(lab, ['apply', '--yes', ...words])
    await inSlowStep(lab, 'n2')
    const alive = await pgha(lab, 'apply', '--yes', '--break-lock', ...words)
    expect(alive.code).toBe(5)
    expect(alive.stderr).toContain('not stale')
    await lab.exec('n2', 'pkill -KILL sshd-session')
    await run.ended
    await speedUp(lab, 'n2')
    expect((await pgha(lab, 'apply', '--yes', ...words)).code).toBe(5)
    await expectRun(0, lab, 'apply', '--yes', '--break-lock', ...words)
    await converges(words)
  })

  it('by a machine that says nothing any more is ended by --break-lock after a minute', async () => {
    const words = change()
    await slowDown(lab, 'n2', 180)
    const run = start(lab, ['apply', '--yes', ...words])
    await inSlowStep(lab, 'n2')
    // As if it had lost its power: no FIN, no RST, and sshd keeps the session.
    run.signal('SIGSTOP')
    const early = await pgha(lab, 'apply', '--yes', '--break-lock', ...words)
    expect([early.code, early.stderr]).toEqual([5, expect.stringContaining('not stale')])
    await new Promise((resolve) => setTimeout(resolve, 65_000))
    const told = await pgha(lab, 'apply', '--yes', ...words)
    expect(told.code).toBe(5)
    expect(told.stderr).toMatch(/n2 is locked by .*; held for \d+ s, last sign of life [67]\d s ago/)
    await speedUp(lab, 'n2')
    await expectRun(0, lab, 'apply', '--yes', '--break-lock', ...words)
    run.signal('SIGKILL')
    await run.ended
    await converges(words)
  })

  it('by a reboot of a node in the middle of a step', async () => {
    const words = change()
    await slowDown(lab, 'n3', 20)
    const run = start(lab, ['apply', '--yes', ...words])
    await inSlowStep(lab, 'n3')
    await lab.kill('n3')
    await lab.start('n3')
    expect((await run.ended).code).toBe(1)
    await speedUp(lab, 'n3')
    await eventually(60, async () => ((await pgha(lab, 'status')).code === 0 ? true : undefined))
    await expectRun(0, lab, 'apply', '--yes', ...words)
    await converges(words)
  })

  it('by a full disk leaves the file whole', async () => {
    const words = change()
    const sum = async () => (await lab.exec('n2', 'sha256sum </etc/haproxy/haproxy.cfg')).stdout
    const before = await sum()
    await lab.exec(
      'n2',
      'mkdir -p /root/etc && cp -a /etc/haproxy/. /root/etc/ && mount -t tmpfs -o size=64k,mode=755 tmpfs /etc/haproxy && cp -a /root/etc/. /etc/haproxy/ && dd if=/dev/zero of=/etc/haproxy/filler bs=1k 2>/dev/null',
    )
    const failed = await pgha(lab, 'apply', '--yes', ...words)
    expect(failed.code).toBe(1)
    expect(failed.stderr).toMatch(/n2 {2}file \/etc\/haproxy\/haproxy.cfg/)
    expect(await sum()).toBe(before)
    expect(await brokenFiles(lab)).toEqual([])
    await lab.exec('n2', 'umount /etc/haproxy')
    await converges(words)
  })

  it('by a package mirror that is gone', async () => {
    await lab.exec('n3', 'dpkg --remove --force-depends python3-consul; mount -t tmpfs tmpfs /srv/mirror')
    const failed = await pgha(lab, 'apply', '--yes')
    expect(failed.code).toBe(1)
    expect(failed.stderr).toMatch(/n3 {2}package python3-consul/)
    await lab.exec('n3', 'umount /srv/mirror')
    await converges([])
    expect(await pending(lab)).toEqual([])
  })

  it('by another one: at most one of two gets to work', async () => {
    const words = change()
    const both = await Promise.all([1, 2].map(() => start(lab, ['apply', '--yes', ...words]).ended))
    const codes = both.map(({ code }) => code).toSorted()
    expect([
      [0, 5],
      [5, 5],
    ]).toContainEqual(codes)
    await converges(words)
    await converges([])
  })
})
