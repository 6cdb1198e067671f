import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { breakScript } from '../../src/actions/break-lock.ts'
import { Helper } from '../../src/transport/helper.ts'
import { loader } from '../../src/transport/loader.ts'
import type { Pipe } from '../../src/transport/pipe.ts'
import { shells } from '../support/fake-connection.ts'
import { localPipe } from '../support/local-pipe.ts'

const holder = { user: 'ann', host: 'desk', pid: 1, command: 'pgha apply', since: '2026-11-22T10:00:00Z' }

describe.each(shells)('breaking a lock in %s', (shell) => {
  const [file = shell, ...flags] = shell.split(' ')
  let root: string
  let lock: string
  let pipe: Pipe
  // What the helper wrote into it.
  let held = ''

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'pgha-break-'))
    lock = join(root, 'pgha.lock')
    // A process of this name above the helper is what a living session looks like.
    copyFileSync('/bin/dash', join(root, 'sshd'))
  })

  afterEach(async () => {
    writeFileSync(lock, held)
    silence(100)
    await breaks()
    pipe.destroy()
    await pipe.ended
    rmSync(root, { recursive: true, force: true })
  })

  /** A helper with a lock and a script that takes long. */
  async function working(): Promise<void> {
    const text = loader({ shell, lockFile: lock, directories: [root] })
    writeFileSync(join(root, 'loader'), text)
    pipe = localPipe(join(root, 'sshd'), ['-c', `${shell} ${join(root, 'loader')}; :`])
    const uid = process.getuid?.() ?? 0
    const helper = await Helper.start(pipe, { host: 'n1', user: 'root', uid, holder })
    helper.run(`echo on >${root}/on; sleep 60; echo off >${root}/off`).catch(() => undefined)
    await expect.poll(() => existsSync(join(root, 'on'))).toBe(true)
    held = readFileSync(lock, 'utf8')
  }

  const breaks = () =>
    new Promise<{ readonly code: number; readonly said: string }>((resolve) => {
      execFile(file, [...flags, '-c', breakScript(lock)], (error, stdout) => {
        resolve({ code: error === null ? 0 : Number(error.code), said: stdout.trim() })
      })
    })

  /** As if nobody had been heard of for so many seconds. */
  function silence(seconds: number): void {
    const now = Number(readFileSync('/proc/uptime', 'utf8').split('.')[0])
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/\d+\n$/, `${now - seconds}\n`))
  }

  it('is refused while there are signs of life', async () => {
    await working()
    silence(40)

    const { code, said } = await breaks()
    expect(code).toBe(1)
    expect(said).toMatch(/^not stale: the run of process \d+ gave a sign of life 4\d s ago$/)
  })

  it('ends the script and the helper of a run that nobody has heard of for a minute', async () => {
    await working()
    silence(61)

    expect(await breaks()).toEqual({ code: 0, said: '' })
    await pipe.ended
    expect(existsSync(join(root, 'off'))).toBe(false)
    expect(await breaks()).toEqual({ code: 0, said: '' })
  })

  it('does not begin while something else holds it', async () => {
    await working()
    writeFileSync(lock, 'who knows\n')

    expect(await breaks()).toEqual({ code: 1, said: 'the lock is held by something that is not pgha' })
  })
})
