import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'

import { openLog } from '../../src/shared/log.ts'
import { Secret } from '../../src/shared/secret.ts'
import { failureOf } from '../support/failure.ts'

describe('the log file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pgha-log-'))
  const file = join(folder, 'new/run.log')

  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('holds one object a line without secrets, for its owner only', async () => {
    new Secret('canary "in" the log')
    const log = await openLog(file)

    log.info({ kind: 'note', text: 'password canary "in" the log', host: 'n1' })
    log.info({ kind: 'note', text: 'next' })

    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { kind: 'note', text: 'password [redacted]', host: 'n1' },
      { kind: 'note', text: 'next' },
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it.each(['/proc/version/run.log', '/dev', '/proc/run.log', '/proc/x/run.log'])(
    'that cannot be opened is wrong input: %s',
    async (path) => {
      const error = await failureOf(openLog(path))

      expect(error.kind).toBe('input')
      expect(error.message).toContain(`--log-file ${path} cannot be written: E`)
    },
  )

  it('that can no longer be written does not end the run, and is told of once', async () => {
    const told: string[] = []
    const log = await openLog('/dev/full', (message) => told.push(message))
    log.info({ kind: 'note', text: 'a' })
    log.info({ kind: 'note', text: 'b' })

    expect(told).toEqual([expect.stringMatching(/^the log file \/dev\/full is not whole: ENOSPC/)])
  })
})
