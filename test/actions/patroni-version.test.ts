import { describe, expect, it } from 'vitest'

import { refuseOldPatroni } from '../../src/actions/patroni-version.ts'
import { hostsOf, inventory } from '../roles/support.ts'
import { failureOf } from '../support/failure.ts'
import { recordingConnection } from '../support/fake-connection.ts'
import { surveyed } from './support.ts'

/** The refusal of a node whose packages answer so, or nothing. */
async function asked(answer: string, patroni = "    synchronous: 'quorum'") {
  const connection = recordingConnection([answer])
  const [host] = hostsOf(inventory('', patroni))
  if (host === undefined) throw new Error('no host')
  const nodes = [await surveyed(host, connection)]
  return { connection, refusal: refuseOldPatroni(nodes) }
}

describe('quorum-based synchronous replication', () => {
  // Debian 12, CentOS 7 with PGDG.
  it.each(['3.0.2-2\n', '1:3.3.2-1\n', '2.1.4\n'])('is refused with the package %s', async (version) => {
    const { refusal } = await asked(version)
    expect(await failureOf(refusal)).toMatchObject({
      kind: 'input',
      context: { host: 'n1', source: { line: 7 }, hint: expect.stringContaining('strict') as string },
    })
  })

  it.each(['4.0.7-1\n', '4.1.0\n', '10.0\n', '(none)\n', ''])('goes on with %j', async (version) => {
    await expect((await asked(version)).refusal).resolves.toBeUndefined()
  })

  it.each(["    synchronous: 'on'", '    synchronous: quorum\n    install: { method: pip }'])(
    'asks no node when it is not wanted of a package: %s',
    async (patroni) => {
      const { connection, refusal } = await asked('3.0.2', patroni)
      await refusal
      expect(connection.runs).toEqual([])
    },
  )
})
