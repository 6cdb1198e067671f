import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { watchDown } from './down-watch.ts'
import { type ChangeJson, eventually, expectRun, leaderHost, pending, pgha, startTimes } from './support.ts'
import { startWriter, type Writer } from './writer.ts'

interface OperatedJson {
  readonly runId: string
  readonly intent: { readonly title: string; readonly steps: readonly string[]; readonly disruption: string }
  readonly done: boolean
  readonly health: readonly { readonly check: string; readonly ok: boolean }[]
}

interface ViewJson {
  readonly view: {
    readonly paused: boolean
    readonly scheduled?: { readonly at: string; readonly from: string; readonly to?: string }
    readonly members: readonly { readonly name: string; readonly role: string }[]
  }
}

const longestGapMs = 3_000

/** What an operator does to a running cluster by hand, with a writer at the VIP. */
describe('the operation', () => {
  let lab: Lab
  let writer: Writer

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3 })
    await expectRun(0, lab, 'apply', '--yes')
    writer = await startWriter(lab)
  })

  afterAll(async () => {
    const report = await writer.stop()
    console.log('writer, all in all:', JSON.stringify(report))
    expect(report.lost).toBe(0)
  })

  const leader = async () => (await leaderHost(lab)) ?? ''
  const replica = async () => {
    const leads = await leader()
    return lab.nodes.map(({ name }) => name).find((name) => name !== leads) ?? ''
  }
  const shown = async () => JSON.parse((await pgha(lab, 'status', '--json')).stdout) as ViewJson

  /** A dry run says what will be done and does nothing; without --yes and a terminal nothing is done either. */
  async function onlyShows(...words: readonly string[]): Promise<OperatedJson> {
    const before = await startTimes(lab)
    const dry = await expectRun(2, lab, ...words, '--dry-run', '--json')
    expect((await expectRun(2, lab, ...words, '--dry-run')).stdout).toContain('Disturbed: ')
    expect((await pgha(lab, ...words)).code).toBe(6)
    expect(await startTimes(lab)).toEqual(before)
    return JSON.parse(dry.stdout) as OperatedJson
  }

  /** Shows, then does the same; gives what came out. */
  async function carryOut(...words: readonly string[]): Promise<OperatedJson> {
    const planned = await onlyShows(...words)
    expect(planned.done).toBe(false)
    const run = JSON.parse((await expectRun(0, lab, ...words, '--yes', '--json')).stdout) as OperatedJson
    expect(run.done).toBe(true)
    // With a writer at work another replica may be the best by now.
    const steady = ({ steps, ...rest }: OperatedJson['intent']) => ({
      ...rest,
      steps: words.includes('--to')
        ? steps
        : steps.map((step) => step.replace(/^(switchover from \S+ to) \S+/, '$1')),
    })
    expect(steady(run.intent)).toEqual(steady(planned.intent))
    expect(run.health.every(({ ok }) => ok)).toBe(true)
    return run
  }

  function expectShortGap(what: string): void {
    const { longestGapMs: gap, errors } = writer.lap()
    console.log(`${what}: longest gap ${gap} ms, errors ${JSON.stringify(errors)}`)
    expect(gap).toBeLessThanOrEqual(longestGapMs)
  }

  it('switchover moves the leadership to the best replica', async () => {
    const old = await leader()
    writer.lap()
    const { intent } = await carryOut('switchover')
    expectShortGap('switchover')
    expect(intent.disruption).toBe('switchover')
    expect(await leader()).not.toBe(old)
  })

  it('switchover --to moves it to the one that is named, and refuses the one that leads', async () => {
    const [old, next] = [await leader(), await replica()]
    expect((await expectRun(6, lab, 'switchover', '--to', old, '--yes')).stderr).toContain('leads already')
    expect((await expectRun(4, lab, 'switchover', '--to', 'n9', '--yes')).stderr).toContain('no member')
    writer.lap()
    await carryOut('switchover', '--to', next)
    expectShortGap('switchover --to')
    expect(await leader()).toBe(next)
  })

  it('switchover --at is shown by status, and taken back by --cancel', async () => {
    const old = await leader()
    const at = new Date(Date.now() + 3_600_000).toISOString()
    await carryOut('switchover', '--at', at)
    const { view } = await shown()
    expect(Date.parse(view.scheduled?.at ?? '')).toBe(Date.parse(at))
    expect((await expectRun(0, lab, 'status')).stdout).toMatch(/switchover from .* at .*--cancel/)

    await carryOut('switchover', '--cancel')
    expect((await shown()).view.scheduled).toBeUndefined()
    expect((await expectRun(0, lab, 'switchover', '--cancel', '--yes')).stdout).toContain('nothing to do')
    expect(await leader()).toBe(old)
  })

  it('switchover --at happens when its time has come', async () => {
    const old = await leader()
    writer.lap()
    const at = new Date(Date.now() + 25_000).toISOString()
    await expectRun(0, lab, 'switchover', '--at', at, '--yes')
    await eventually(90, async () => ((await leader()) !== old && (await leader()) !== '' ? true : undefined))
    await eventually(60, async () => ((await pgha(lab, 'verify')).code === 0 ? true : undefined))
    expectShortGap('switchover --at')
    expect(Date.now()).toBeGreaterThan(Date.parse(at))
  })

  it('restart --member restarts one, and nobody else', async () => {
    const one = await replica()
    const before = await startTimes(lab)
    await carryOut('restart', '--member', one)
    const after = await startTimes(lab)
    expect(Object.keys(after).filter((unit) => after[unit] !== before[unit])).toEqual([`${one} postgres`])
  })

  it('restart --rolling restarts all, one at a time, the leader after a switchover', async () => {
    const [old, before, down] = [await leader(), await startTimes(lab), watchDown(lab)]
    writer.lap()
    const { intent } = await carryOut('restart', '--rolling')
    expectShortGap('restart --rolling')
    const { mostAtOnce } = await down.stop()
    expect(intent.steps).toHaveLength(4)
    expect(mostAtOnce).toBeLessThanOrEqual(1)
    expect(await leader()).not.toBe(old)
    const after = await startTimes(lab)
    const restarted = Object.keys(after).filter((unit) => after[unit] !== before[unit])
    expect(restarted.toSorted()).toEqual(lab.nodes.map(({ name }) => `${name} postgres`))
    expect((await expectRun(0, lab, 'restart', '--yes')).stdout).toContain('nothing to do')
  })

  it('reinit clones a replica anew, and refuses the leader', async () => {
    const [leads, one] = [await leader(), await replica()]
    expect((await expectRun(6, lab, 'reinit', leads, '--yes')).stderr).toContain('switchover first')
    await lab.exec(one, 'touch /var/lib/postgresql/*/main/pgha-was-here')
    await carryOut('reinit', one)
    expect((await lab.exec(one, 'ls /var/lib/postgresql/*/main/pgha-was-here')).code).not.toBe(0)
    expect(writer.lap().errors).toEqual({})
  })

  it('pause keeps a rolling change and a switchover from beginning until resume', async () => {
    const words = ['-e', 'postgresql.parameters.max_connections=120']
    await carryOut('pause')
    expect((await shown()).view.paused).toBe(true)
    expect((await pgha(lab, 'status')).stdout).toContain('paused: ')
    const before = await startTimes(lab)
    const paused = /cluster is paused \(pgha resume\)/
    expect((await expectRun(6, lab, 'apply', '--yes', ...words)).stderr).toMatch(paused)
    expect((await expectRun(6, lab, 'switchover', '--yes')).stderr).toMatch(paused)
    expect((await expectRun(6, lab, 'switchover', '--to', await replica(), '--yes')).stderr).toMatch(paused)
    expect((await expectRun(6, lab, 'restart', '--rolling', '--yes')).stderr).toMatch(paused)
    expect(await startTimes(lab)).toEqual(before)
    expect((await expectRun(0, lab, 'pause', '--yes')).stdout).toContain('nothing to do')

    await carryOut('resume')
    expect((await shown()).view.paused).toBe(false)
    expect(await pending(lab)).toEqual([])
  })

  it('rollback puts a haproxy.cfg back through check and reload, and history tells of both', async () => {
    const sums = async () =>
      Promise.all(
        lab.nodes.map(
          async ({ name }) => (await lab.exec(name, 'sha256sum </etc/haproxy/haproxy.cfg')).stdout,
        ),
      )
    const old = await sums()
    const applied = JSON.parse(
      (await expectRun(0, lab, 'apply', '--yes', '--json', '-e', 'haproxy.maxconn=777')).stdout,
    ) as { readonly runId: string }
    expect(await sums()).not.toEqual(old)
    expect((await pending(lab)).length).toBeGreaterThan(0)

    const run = applied.runId
    const dry = JSON.parse((await expectRun(2, lab, 'rollback', run, '--dry-run', '--json')).stdout) as {
      readonly plan: { readonly changes: readonly ChangeJson[] }
    }
    const named = dry.plan.changes.map(({ host, resource, verb }) => `${host} ${verb} ${resource}`)
    expect(named.toSorted()).toEqual(
      lab.nodes.flatMap(({ name }) => [
        `${name} reload service haproxy`,
        `${name} update file /etc/haproxy/haproxy.cfg`,
      ]),
    )
    expect(await sums()).not.toEqual(old)
    const back = await expectRun(0, lab, 'rollback', run, '--yes')
    expect(back.stdout).toContain('Rolled back 6 changes')
    expect(await sums()).toEqual(old)
    expect(await pending(lab)).toEqual([])

    const { runs } = JSON.parse((await expectRun(0, lab, 'history', '--json')).stdout) as {
      readonly runs: readonly { readonly id: string; readonly outcome: string; readonly command: string }[]
    }
    expect(runs[0]).toMatchObject({
      outcome: 'ok',
      command: expect.stringContaining(`rollback ${run}`) as string,
    })
    expect(runs.find(({ id }) => id === run)).toMatchObject({ outcome: 'ok' })
    expect((await expectRun(0, lab, 'history')).stdout).toContain(run)
    expect((await expectRun(4, lab, 'rollback', '20200101T000000-aaaa', '--yes')).stderr).toContain(
      'no node knows',
    )
  })

  it('failover refuses while the leader answers, and makes one when it is gone', async () => {
    const [old, next] = [await leader(), await replica()]
    expect((await expectRun(6, lab, 'failover', '--yes')).stderr).toContain('leads and answers')
    // In maintenance mode nobody takes over by himself.
    await expectRun(0, lab, 'pause', '--yes')
    await lab.exec(old, 'systemctl stop patroni; pkill -QUIT -o -x postgres; sleep 3')
    await eventually(60, async () => ((await leader()) === '' ? true : undefined))
    const dry = await expectRun(2, lab, 'failover', '--to', next, '--dry-run', '--json')
    expect((JSON.parse(dry.stdout) as OperatedJson).intent.steps).toHaveLength(1)
    await pgha(lab, 'failover', '--to', next, '--yes', '--json')
    expect(await leader()).toBe(next)
    await lab.exec(old, 'systemctl start patroni')
    await expectRun(0, lab, 'resume', '--yes')
    await eventually(120, async () => ((await pgha(lab, 'verify')).code === 0 ? true : undefined))
  })

  it('restart --rolling in synchronous mode hands over to a synchronous standby', async () => {
    const words = ['-e', 'patroni.synchronous=on']
    await expectRun(0, lab, 'apply', '--yes', ...words)
    const [old, { view }] = [await leader(), await shown()]
    const standby = view.members.find(({ role }) => role === 'sync_standby')?.name ?? ''
    const other = view.members.find(({ role }) => role === 'replica')?.name ?? ''
    const refused = await expectRun(6, lab, 'switchover', '--to', other, '--yes', ...words)
    expect(refused.stderr).toContain(`${other} is no synchronous standby (${standby})`)
    writer.lap()
    const run = await expectRun(0, lab, 'restart', '--rolling', '--yes', ...words)
    expectShortGap('restart --rolling, synchronous')
    expect(run.stderr).toMatch(/switchover from/)
    expect(await leader()).not.toBe(old)
    await expectRun(0, lab, 'apply', '--yes', '-e', 'patroni.synchronous=off')
  })
})
