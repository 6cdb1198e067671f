import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { screenOf } from '../../src/cli/screen.ts'

/** A terminal of 20 columns, or a pipe; what it was sent. */
function stream(isTTY: boolean) {
  const pipe = new PassThrough()
  const fake = Object.assign(pipe, { isTTY, columns: 20 }) as unknown as NodeJS.WriteStream
  return { fake, sent: () => String(pipe.read() ?? '') }
}

describe('the line that is drawn over itself', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('stays below the lines that are written, and goes in the end', () => {
    vi.stubEnv('CI', '')
    vi.stubEnv('NO_COLOR', '')
    vi.stubEnv('TERM', 'xterm')
    const { fake, sent } = stream(true)
    const screen = screenOf(fake)
    screen.draw('1 acks/s')
    screen.write('the fault comes')
    screen.draw('a text that is longer than the terminal')
    screen.end()
    const erase = '\r\u001b[K'
    expect(sent()).toBe(
      `${erase}1 acks/s${erase}the fault comes\n1 acks/s${erase}a text that is long${erase}`,
    )
  })

  it.each([
    ['a pipe', false, {}],
    ['CI', true, { CI: 'true' }],
    ['NO_COLOR', true, { NO_COLOR: '1' }],
  ] as const)('is not drawn for %s', (_name, isTTY, env) => {
    vi.stubEnv('CI', '')
    vi.stubEnv('NO_COLOR', '')
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    const { fake, sent } = stream(isTTY)
    const screen = screenOf(fake)
    screen.draw('1 acks/s')
    screen.write('the fault comes')
    screen.end()
    expect(sent()).toBe('the fault comes\n')
  })
})
