import { describe, expect, it } from 'vitest'

import { type Look, waitFor } from '../../src/shared/retry.ts'

function looks(...found: readonly Look<string>[]) {
  let seen = 0
  return {
    count: () => seen,
    look: () => Promise.resolve(found[Math.min(seen++, found.length - 1)] ?? waiting('nothing')),
  }
}

const waiting = (waitingFor: string): Look<string> => ({ done: false, waitingFor })

describe('waitFor', () => {
  const options = { timeoutMs: 60, intervalMs: 5 }

  it('looks until it finds', async () => {
    const { look, count } = looks(waiting('a'), waiting('b'), { done: true, value: 'found' })

    expect(await waitFor(look, options)).toEqual({ ok: true, value: 'found' })
    expect(count()).toBe(3)
  })

  it('says what the last look missed when the time is up', async () => {
    const { look } = looks(waiting('a'), waiting('b'))

    expect(await waitFor(look, options)).toEqual({ ok: false, waitingFor: 'b' })
  })

  it('looks once even when there is no time at all', async () => {
    const { look, count } = looks({ done: true, value: 'found' })

    expect(await waitFor(look, { timeoutMs: 0, intervalMs: 5 })).toEqual({ ok: true, value: 'found' })
    expect(count()).toBe(1)
  })

  it('ends at the first error of a look', async () => {
    await expect(waitFor(() => Promise.reject(new Error('gone')), options)).rejects.toThrow('gone')
  })

  it('ends at once when it is aborted', async () => {
    const { look, count } = looks(waiting('a'))
    const signal = AbortSignal.timeout(10)

    await expect(waitFor(look, { timeoutMs: 60_000, intervalMs: 30_000, signal })).rejects.toThrow(/abort/i)
    expect(count()).toBe(1)
  })
})
