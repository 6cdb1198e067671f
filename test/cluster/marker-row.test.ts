import { beforeEach, expect, it, vi } from 'vitest'

import { markerRow } from '../../src/cluster/checks/marker-row.ts'
import { query } from '../../src/cluster/sql.ts'
import { fakeCluster } from '../support/fake-patroni.ts'

vi.mock('../../src/cluster/sql.ts', () => ({ query: vi.fn() }))

/** Rows of the only table, as far as the check can tell: what was inserted can be read by its value, else the last counts. */
let rows: unknown[]

beforeEach(() => {
  rows = []
  vi.mocked(query).mockImplementation((_cluster, _way, _place, sql, values = []) => {
    if (/insert into/.test(sql)) rows.push(...values)
    if (!sql.startsWith('select')) return Promise.resolve([])
    const found = values.length > 0 ? rows.filter((row) => values.includes(row)) : rows.slice(-1)
    return Promise.resolve(found.map((value) => ({ value })))
  })
})

it('is read back on each member and behind the port of the replicas', async () => {
  const found = await markerRow.run(fakeCluster().cluster)

  expect(found).toMatchObject({ ok: true, figures: { readBack: 4, places: 4 } })
})

it('is not taken away by another check at the same time', async () => {
  const { cluster } = fakeCluster()
  const all = await Promise.all([markerRow.run(cluster), markerRow.run(cluster), markerRow.run(cluster)])

  expect(all.map(({ ok }) => ok)).toEqual([true, true, true])
})

it('is missed where it does not arrive', async () => {
  const { cluster } = fakeCluster()
  vi.mocked(query).mockResolvedValue([])
  const found = await markerRow.run(cluster)

  expect(found).toMatchObject({ ok: false, figures: { readBack: 0, places: 4 } })
  expect(found.summary).toContain('n2: the row is not there')
})
