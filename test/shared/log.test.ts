import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, describe, expect, it } from 'vitest'

import { openLog } from '../../src/shared/log.ts'
import { Secret } from '../../src/shared/secret.ts'

describe('the log file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pgha-log-'))
  const file = join(folder, 'new/run.log')

  afterEach(() => {
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
})
