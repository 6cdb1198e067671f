import { describe, expect, it } from 'vitest'

import { asPlanned } from '../../src/actions/as-planned.ts'
import type { Change } from '../../src/engine/plan.ts'

function change(more: Partial<Change> = {}): Change {
  return {
    ...{ host: 'n1', resource: 'service haproxy', kind: 'service', role: 'haproxy', verb: 'reload' },
    ...{ summary: 'newer', disruption: 'reload' },
    ...more,
  }
}

const restart = change({ verb: 'restart', disruption: 'restart-service', summary: 'replaced' })
const by = (explained: boolean) => () => explained

describe('what was made, against the plan', () => {
  it('is what was found when its turn came', () => {
    const made = change({ summary: 'newer, and by more' })
    expect(asPlanned([change()], [made], by(false))).toEqual({
      changes: [made],
      alreadySo: [],
      surprises: [],
    })
  })

  it.each([true, false])(
    'names what disturbs more than planned (an earlier step explains it: %s)',
    (explained) => {
      expect(asPlanned([change()], [restart], by(explained))).toEqual({
        changes: [restart],
        alreadySo: [],
        surprises: [
          'n1 service haproxy: restart [restart-service] was needed by now, and not reload as planned (replaced)',
        ],
      })
    },
  )

  it('names another verb and another label alone, too', () => {
    const worse = change({ disruption: 'restart-service' })
    expect(asPlanned([change()], [worse], by(false)).surprises).toHaveLength(1)
    expect(asPlanned([restart], [change()], by(false)).surprises).toHaveLength(1)
  })

  it('does not count as done what was so already, unless an earlier step did it', () => {
    expect(asPlanned([change()], [], by(false))).toEqual({
      changes: [],
      alreadySo: [change()],
      surprises: [],
    })
    expect(asPlanned([change()], [], by(true)).changes).toEqual([change()])
  })

  it('takes what a package has brought along for what was planned', () => {
    const create = change({ verb: 'create', disruption: 'none' })
    const update = change({ verb: 'update', disruption: 'none' })
    const start = change({ verb: 'start', disruption: 'none' })
    expect(asPlanned([create], [update], by(true))).toMatchObject({ changes: [create], surprises: [] })
    expect(asPlanned([start], [change()], by(true))).toMatchObject({ changes: [start], surprises: [] })
    expect(asPlanned([create], [update], by(false)).surprises).toHaveLength(1)
  })

  it('has what was not planned, and says so', () => {
    expect(asPlanned([], [restart], by(true))).toEqual({
      changes: [restart],
      alreadySo: [],
      surprises: ['n1 service haproxy: restart [restart-service] was not planned (replaced)'],
    })
  })
})
