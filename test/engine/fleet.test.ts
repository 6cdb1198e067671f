import { describe, expect, it } from 'vitest'

import { namedError, onEach } from '../../src/engine/fleet.ts'
import { FleetError, PghaError } from '../../src/shared/errors.ts'
import { failureOf } from '../support/failure.ts'

const later = () => new Promise((resolve) => setTimeout(resolve, 3))

/** Work that says when it runs, and fails for some hosts. */
function work(...failing: readonly string[]) {
  const begun: string[] = []
  const ended: string[] = []
  let most = 0
  return {
    begun,
    ended,
    most: () => most,
    on: async (host: string) => {
      begun.push(host)
      most = Math.max(most, begun.length - ended.length)
      await later()
      ended.push(host)
      if (failing.includes(host)) throw new PghaError('failed', `${host} broke`, { host })
      return host.toUpperCase()
    },
  }
}

const hosts = ['a', 'b', 'c', 'd', 'e']

describe('work on each host', () => {
  it('gives results in the order of the hosts', async () => {
    const slowFirst = (host: string) =>
      new Promise<string>((resolve) => setTimeout(resolve, host === 'a' ? 20 : 1, host))

    expect(await onEach(hosts, 5, slowFirst)).toEqual(hosts)
  })

  it.each([1, 2, 5])('goes on at %i hosts at once at most', async (forks) => {
    const { on, most } = work()
    await onEach(hosts, forks, on)

    expect(most()).toBe(forks)
  })

  it('comes to its end on all hosts before a failure is told', async () => {
    const { on, ended } = work('a')
    const error = await failureOf(onEach(hosts, 2, on))

    expect(ended).toEqual(hosts)
    expect(error).toMatchObject({ message: 'a broke', context: { host: 'a' } })
    expect(error).not.toBeInstanceOf(FleetError)
  })

  it('tells several failures together', async () => {
    const error = await failureOf(onEach(hosts, 5, work('b', 'd').on))

    if (!(error instanceof FleetError)) throw error
    expect(error.errors.map(({ context }) => context.host)).toEqual(['b', 'd'])
    expect(error.message).toBe('b broke\nd broke')
  })

  it('lets a bug crash with its own stack, whatever else failed', async () => {
    const bug = new TypeError('x is undefined')
    const on = (host: string) => (host === 'c' ? Promise.reject(bug) : work('a').on(host))

    await expect(onEach(hosts, 5, on)).rejects.toBe(bug)
  })

  it('is nothing for no hosts', async () => {
    expect(await onEach([], 4, work().on)).toEqual([])
  })
})

describe('the error of a host', () => {
  it.each([
    [new PghaError('locked', 'busy'), { kind: 'locked', context: { host: 'n1' } }],
    [new PghaError('locked', 'busy', { host: 'n2' }), { kind: 'locked', context: { host: 'n2' } }],
    [new Error('ECONNREFUSED'), { kind: 'failed', message: 'ECONNREFUSED', context: { host: 'n1' } }],
    ['text', { kind: 'failed', message: 'text' }],
  ])('has its name: %s', (thrown, expected) => {
    expect(namedError('n1', thrown)).toMatchObject(expected)
  })
})
