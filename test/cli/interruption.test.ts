import { afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest'

import { Interruption } from '../../src/cli/interruption.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
let exit: MockInstance<typeof process.exit>

beforeEach(() => {
  exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})

afterEach(() => {
  for (const name of signals) process.removeAllListeners(name)
  vi.restoreAllMocks()
})

function listening(): Interruption {
  const interruption = new Interruption()
  interruption.listen()
  return interruption
}

it.each(signals)('%s ends a command that only reads', (name) => {
  listening()
  process.emit(name)

  expect(exit).toHaveBeenCalledWith(130)
})

it.each(signals)('%s lets a run that changes nodes finish its steps', (name) => {
  const interruption = listening()
  interruption.defer()
  process.emit(name)

  expect([interruption.signal.aborted, exit.mock.calls]).toEqual([true, []])
})

it('a terminal that is closed is told of twice, and no second request', () => {
  listening().defer()
  process.emit('SIGHUP')
  process.emit('SIGHUP')
  expect(exit).not.toHaveBeenCalled()

  process.emit('SIGINT')
  expect(exit).toHaveBeenCalledWith(130)
})
