import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { watchDown } from './down-watch.ts'
import { type ChangeJson, eventually, expectRun, leaderHost, startTimes } from './support.ts'
import { startWriter, type Writer } from './writer.ts'

interface LabelledChange extends ChangeJson {
  readonly disruption: string
}

interface PlanJson {
  readonly changes: readonly LabelledChange[]
  readonly restartOrder?: string
  readonly unmanaged: readonly { readonly what: readonly string[] }[]
}

interface Scenario {
  readonly what: string
  readonly vars: readonly string[]
  /** A text of the inventory and what takes its place. */
  readonly edit?: readonly [RegExp, string]
  readonly label: 'none' | 'reload' | 'switchover'
  /** Whether the leadership moves. */
  readonly moves?: boolean
}

const parameter = (name: string, value: string) => `postgresql.parameters.${name}=${value}`

/** Each on top of those before. */
const scenarios: readonly Scenario[] = [
  {
    what: 'max_connections 100 → 200',
    vars: [parameter('max_connections', '200')],
    label: 'switchover',
    moves: true,
  },
  { what: 'max_connections 200 → 150', vars: [parameter('max_connections', '150')], label: 'switchover' },
  { what: 'shared_buffers', vars: [parameter('shared_buffers', '144MB')], label: 'switchover', moves: true },
  { what: 'work_mem', vars: [parameter('work_mem', '8MB')], label: 'reload' },
  { what: 'a timeout of HAProxy', vars: ['haproxy.client_timeout=31m'], label: 'reload' },
  { what: 'a priority of keepalived', vars: [], edit: [/priority: 100 /, 'priority: 110 '], label: 'reload' },
  { what: 'how often keepalived speaks', vars: ['keepalived.advert_seconds=2'], label: 'reload' },
  { what: `Patroni's loop_wait`, vars: ['patroni.loop_wait=4'], label: 'none' },
  {
    what: 'a line of pg_hba',
    vars: [],
    edit: [/postgresql: \{/, `postgresql: { hba: ['host all all 198.18.250.0/24 scram-sha-256'],`],
    label: 'reload',
  },
]

const ranks = ['none', 'reload', 'restart-service', 'rolling-restart', 'switchover']
const longestGapMs = 3_000
// What a busy machine may take for one insert: nobody was cut off.
const hiccupMs = 1_500

/** How often a node has taken the VIP, by the journals of all. */
async function vipTakeovers(lab: Lab): Promise<number> {
  const count = 'journalctl -q -u keepalived | grep -c "Entering MASTER STATE" || true'
  const counts = await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, count)))
  return counts.reduce((sum, { stdout }) => sum + Number(stdout), 0)
}

describe('a change of a running cluster, with a writer at the VIP', () => {
  let lab: Lab
  let writer: Writer
  const said = new Map<string, string>()
  let inventory = ''

  const words = () => ['-i', inventory, ...[...said].flatMap(([name, value]) => ['-e', `${name}=${value}`])]
  const plan = async (code: number): Promise<PlanJson> =>
    JSON.parse((await expectRun(code, lab, 'diff', '--json', ...words())).stdout) as PlanJson

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3, fresh: true })
    inventory = join(dirname(lab.inventoryPath), 'inventory-change.yaml')
    await writeFile(inventory, await readFile(lab.inventoryPath, 'utf8'))
    await expectRun(0, lab, 'apply', '--yes')
    writer = await startWriter(lab)
  })

  afterAll(async () => {
    const report = await writer.stop()
    console.log('writer, all in all:', JSON.stringify(report))
    expect(report.lost).toBe(0)
  })

  it.each(scenarios)('$what is a $label, and no more', async ({ vars, edit, label, moves = false }) => {
    for (const one of vars) {
      const [name = '', value = ''] = one.split('=')
      said.set(name, value)
    }
    if (edit !== undefined) {
      const text = await readFile(inventory, 'utf8')
      expect(text).toMatch(edit[0])
      await writeFile(inventory, text.replace(edit[0], edit[1]))
    }
    const planned = await plan(2)
    const worst = planned.changes.map(({ disruption }) => ranks.indexOf(disruption))
    expect(ranks[Math.max(...worst)]).toBe(label)
    const lower = ranks[ranks.indexOf(label) - 1]
    if (lower !== undefined) {
      await expectRun(6, lab, 'apply', '--yes', '--max-disruption', lower, ...words())
    }

    const [before, leader, takeovers] = [
      await startTimes(lab),
      await leaderHost(lab),
      await vipTakeovers(lab),
    ]
    const down = watchDown(lab)
    writer.lap()
    const run = await expectRun(0, lab, 'apply', '--yes', '--json', '--max-disruption', label, ...words())
    const lap = writer.lap()
    const { mostAtOnce, ever } = await down.stop()
    const gap = `longest gap ${lap.longestGapMs} ms, ${lap.acknowledged} acknowledged, errors ${JSON.stringify(lap.errors)}`
    console.log(`${label}: ${gap}; down at once: ${mostAtOnce}; ${planned.restartOrder ?? 'no restart'}`)

    const applied = JSON.parse(run.stdout) as { readonly changes: readonly LabelledChange[] }
    const sorted = (list: readonly LabelledChange[]) => list.map((one) => JSON.stringify(one)).toSorted()
    expect(sorted(applied.changes)).toEqual(sorted(planned.changes))

    const after = await startTimes(lab)
    const restarted = Object.keys(after).filter((unit) => after[unit] !== before[unit])
    const predicted = planned.changes
      .filter(({ verb }) => verb === 'restart')
      .map(({ host }) => `${host} postgres`)
    expect(restarted.toSorted()).toEqual(predicted.toSorted())
    expect(mostAtOnce).toBeLessThanOrEqual(1)
    // Nobody took the VIP, not even beside its holder.
    expect(await vipTakeovers(lab)).toBe(takeovers)
    expect((await leaderHost(lab)) !== leader).toBe(moves)
    if (label === 'switchover') {
      expect(predicted).toHaveLength(3)
      expect(lap.longestGapMs).toBeLessThanOrEqual(longestGapMs)
    } else {
      expect(ever).toEqual([])
      expect(lap.errors).toEqual({})
      expect(lap.longestGapMs).toBeLessThan(hiccupMs)
    }
    await plan(0)
  })

  it('lists what nobody names any more, and removes it when told to', async () => {
    said.delete('postgresql.parameters.work_mem')
    const { unmanaged } = await plan(0)
    expect(unmanaged.flatMap(({ what }) => what)).toContain('postgresql.parameters.work_mem: "8MB"')
    const { stdout } = await expectRun(0, lab, 'diff', '-v', ...words())
    expect(stdout).toContain('postgresql.parameters.work_mem: "8MB"')

    const text = await readFile(inventory, 'utf8')
    await writeFile(
      inventory,
      text.replace('  patroni:\n', '  patroni:\n    prune: [postgresql.parameters.work_mem]\n'),
    )
    expect((await plan(2)).changes.map(({ summary }) => summary)).toEqual([
      'postgresql.parameters.work_mem "8MB" → unset',
    ])
    await expectRun(0, lab, 'apply', '--yes', ...words())
    await plan(0)
    const shown = await eventually(20, async () => {
      const { stdout: found } = await lab.exec('n1', `su postgres -c "psql -XAtc 'show work_mem'"`)
      return found.trim() === '4MB' ? found : undefined
    })
    expect(shown.trim()).toBe('4MB')
  })
})
