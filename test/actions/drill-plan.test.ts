import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { planRounds, type PlanOptions } from '../../src/actions/drill-plan.ts'
import { randomOf } from '../../src/drill/random.ts'
import { InputError } from '../../src/shared/errors.ts'

const nothing: PlanOptions = { faults: [], suite: undefined, file: undefined, rounds: 1, hold: undefined }

const planned = (options: Partial<PlanOptions>, seed = 1) =>
  planRounds({ ...nothing, ...options }, randomOf(seed)).map(({ fault, round }) => `${fault.id} ${round}`)

function problemsOf(options: Partial<PlanOptions>): string {
  try {
    planned(options)
    return 'none'
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.message
    throw thrown
  }
}

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pgha-plan-')), 'steps.yaml')
  writeFileSync(path, text)
  return path
}

describe('the rounds of a drill', () => {
  it('are those of the named faults, each as often as asked for', () => {
    expect(planned({ faults: ['node-off', 'switchover'], rounds: 2 })).toEqual([
      ...['node-off 1', 'node-off 2', 'switchover 1', 'switchover 2'],
    ])
  })

  it('of a soak come in an order that the seed decides', () => {
    expect(planned({ suite: 'soak' }, 7)).toEqual(planned({ suite: 'soak' }, 7))
    expect(planned({ suite: 'soak' }, 7)).not.toEqual(planned({ suite: 'soak' }, 8))
    expect(planned({ suite: 'soak' }, 7).toSorted()).toEqual(planned({ suite: 'full' }).toSorted())
  })

  it('may be written down', () => {
    const plan = file(
      '- fault: node-off\n  rounds: 2\n  hold: 60\n  wait_for: 5\n  expect: { outage: 20, moves: true }\n',
    )
    const rounds = planRounds({ ...nothing, file: plan }, randomOf(1))
    expect(rounds).toHaveLength(2)
    expect(rounds[0]).toMatchObject({ hold: 60, waitFor: 5, expect: { outage: 20, moves: true } })
  })

  it.each([
    [{ faults: ['node-of'] }, 'did you mean "node-off"?'],
    [{ suite: 'huge' }, '--suite takes one of smoke, standard, full, soak'],
    [{ suite: 'smoke', faults: ['node-off'] }, 'exclude each other'],
    [{ file: '/nowhere/steps.yaml' }, 'steps.yaml:1:1'],
  ])('%j is refused', (options, message) => {
    expect(problemsOf(options)).toContain(message)
  })

  it.each([
    ['- fault: node-of\n', /steps\.yaml:1:10: .*expected one of/],
    ['- fault: node-off\n  hold: 0\n', /steps\.yaml:2:9: .*at least 1/],
    ['- fault: node-off\n  holds: 9\n', /steps\.yaml:1:3: .*holds/],
    ['fault: node-off\n', /expected a list/],
  ])('a wrong step %j is named by its place', (text, message) => {
    expect(problemsOf({ file: file(text) })).toMatch(message)
  })
})
