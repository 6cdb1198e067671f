import { describe, expect, it } from 'vitest'

import { type Intent, type OperationOptions, undertake } from '../../src/actions/operation.ts'
import { failureOf } from '../support/failure.ts'
import { runOptions } from './support.ts'

const intent: Intent = {
  title: 'restart',
  steps: ['restart n2'],
  disturbs: 'sessions on n2',
  disruption: 'rolling-restart',
}

/** Prepares and undertakes an operation; gives what happened, in order. */
async function play(more: Partial<OperationOptions> = {}, steps = intent.steps) {
  const log: string[] = []
  const stop = { signal: new AbortController().signal, defer: () => void log.push('defer') }
  const confirm = () => {
    log.push('confirm')
    return Promise.resolve(true)
  }
  const options: OperationOptions = { ...runOptions({ stop }).options, dryRun: false, confirm, ...more }
  const carryOut = () => {
    log.push('carry out')
    return Promise.resolve()
  }
  const done = await undertake({ ...intent, steps }, carryOut, options)
  return { log, done }
}

describe('an operation', () => {
  it('asks, then takes the first Ctrl-C for a wish to stop, then begins', async () => {
    expect(await play()).toEqual({ log: ['confirm', 'defer', 'carry out'], done: true })
  })

  it('ends at once at Ctrl-C while nothing has begun', async () => {
    const no = await play({ confirm: () => Promise.resolve(false) })
    expect(no).toEqual({ log: [], done: false })
    expect(await play({ dryRun: true })).toEqual({ log: [], done: false })
    expect(await play({}, [])).toEqual({ log: [], done: false })
  })

  it('is refused where it disturbs more than is allowed', async () => {
    expect((await failureOf(play({ maxDisruption: 'reload' }))).kind).toBe('refused')
  })
})
