import { describe, expect, it } from 'vitest'

import { cronJob, cronType } from '../../src/resources/cron.ts'
import type { FileWant } from '../../src/resources/file.ts'

const job = {
  name: 'pgha-ntpdate',
  schedule: '*/5 * * * *',
  user: 'root',
  command: 'date +%s',
  comment: 'Sets the clock.',
}

describe('a job of cron', () => {
  it('is a file of its own whose percent signs are not ends of lines', () => {
    const { id, want } = cronJob(job)
    expect(id).toBe('cron pgha-ntpdate')
    expect(want).toMatchObject({ path: '/etc/cron.d/pgha-ntpdate', mode: '0644', owner: 'root' })
    expect((want as FileWant).content).toBe(
      '# Written by pgha. Sets the clock.\n*/5 * * * * root date +\\%s\n',
    )
  })

  it.each(['ntp.date', 'ntp date', ''])('named %j would not be read by cron', (name) => {
    expect(() => cronJob({ ...job, name })).toThrow('cron would not read')
  })

  it('is compared as files are', () => {
    const want = cronJob(job).want as FileWant
    const absent = { found: undefined, sha256: undefined, content: undefined }
    expect(cronType.diff(want, absent)).toMatchObject({ verb: 'create' })
  })
})
