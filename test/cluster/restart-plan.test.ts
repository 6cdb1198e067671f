import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { planRestart, type RestartCandidate, restartOrderText } from '../../src/cluster/restart-plan.ts'

const change = (name: string, from: number, to: number) => ({ name, from: String(from), to: String(to) })
const raised = change('max_connections', 100, 200)
const lowered = change('max_wal_senders', 20, 10)
const other = { name: 'shared_buffers', from: '256MB', to: '128MB' }

function members(changes: RestartCandidate['changes'], more: Partial<RestartCandidate>[] = []) {
  const all = ['n1', 'n2', 'n3'].map((name, index) => ({
    ...{ name, changes, isLeader: index === 0, isDue: true, lagBytes: 0, isCandidate: true },
    ...more[index],
  }))
  return all satisfies RestartCandidate[]
}

const order = (all: readonly RestartCandidate[]) => restartOrderText(planRestart(all))

describe('the order of a rolling restart', () => {
  it.each([
    ['replicas, a switchover, the former leader', members([other]), 'n2, n3, then switchover, n1'],
    ['the same for what is raised', members([raised]), 'n2, n3, then switchover, n1'],
    ['the leader in place for what is lowered', members([lowered]), 'n1 in place (writes pause), n2, n3'],
    [
      'replicas twice for what is raised and lowered',
      members([raised, lowered]),
      'n2, n3, n1 in place (writes pause), n2, n3',
    ],
    ['who lags goes later', members([other], [{}, { lagBytes: 9e6 }]), 'n3, n2, then switchover, n1'],
    ['only who is due', members([other], [{ isDue: false }, {}, { isDue: false }]), 'n2'],
    ['only the leader', members([other], [{}, { isDue: false }, { isDue: false }]), 'then switchover, n1'],
    [
      'in place where nobody else may lead',
      members([other], [{}, { isCandidate: false }, { isCandidate: false }]),
      'n2, n3, n1 in place (writes pause)',
    ],
    ['in place where there is nobody else', members([other]).slice(0, 1), 'n1 in place (writes pause)'],
    ['nobody', [], ''],
  ])('is %s', (_, all, text) => {
    expect(order(all)).toBe(text)
  })

  it('restarts everyone who is due and nobody else, and pauses writes at most once', () => {
    const flags = fc.tuple(fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 1e8 }))
    fc.assert(
      fc.property(
        fc.array(flags, { minLength: 1, maxLength: 6 }),
        fc.subarray([raised, lowered, other]),
        (all, changes) => {
          const candidates = all.map(([isDue, isCandidate, lagBytes], index) => ({
            ...{ name: `n${index}`, isLeader: index === 0, isDue, isCandidate, lagBytes, changes },
          }))
          const steps = planRestart(candidates)
          const due = candidates.filter(({ isDue }) => isDue).map(({ name }) => name)
          expect([...new Set(steps.map(({ member }) => member))].toSorted()).toEqual(due.toSorted())
          expect(steps.filter(({ kind }) => kind !== 'restart').length).toBe(due.includes('n0') ? 1 : 0)
        },
      ),
    )
  })
})
