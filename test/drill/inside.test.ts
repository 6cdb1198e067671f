import { describe, expect, it } from 'vitest'

import { parseInside } from '../../src/drill/inside.ts'

// As psql 17 of Debian 13 writes it with -XqAt and VERBOSITY=verbose.
const log = `C 1
1|00000003|1763849045.5
2|00000003|1763849045.6
ERROR:  25006: cannot execute INSERT in a read-only transaction
LOCATION:  PreventCommandIfReadOnly, utility.c:404
FATAL:  57P01: terminating connection due to administrator command
server closed the connection unexpectedly
C 2
psql: error: connection to server at "127.0.0.1", port 5432 failed: FATAL:  57P03: the database system is starting up
C 3
WARNING:  01000: canceling wait for synchronous replication due to user request
DETAIL:  The transaction has already committed locally, but might not have been replicated to the standby.
1|0000000A|1763849050.25
2|0000000A|1763849050.75
`

describe('the log of a writer inside a node', () => {
  it('gives acknowledgements with their timelines, in our time', () => {
    const attempts = parseInside(log, -1_763_849_000_000)
    expect(attempts.map(({ client, seq, timeline }) => `${client}:${seq} on ${timeline ?? 0}`)).toEqual([
      'inside-1:1 on 3',
      'inside-1:2 on 3',
      'inside-3:1 on 10',
      'inside-3:2 on 10',
    ])
    expect(attempts[0]).toMatchObject({ way: 'inside', endedMs: 45_500 })
  })

  it('does not take for acknowledged what is committed on this server alone', () => {
    expect(parseInside(log, 0).map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'unknown', 'ok'])
  })
})
