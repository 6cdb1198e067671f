import { duplexPair } from 'node:stream'

import { describe, expect, it } from 'vitest'

import { httpGet, httpSend } from '../../src/cluster/http.ts'
import { Secret } from '../../src/shared/secret.ts'
import type { Connection } from '../../src/transport/connection.ts'
import { recordingConnection } from '../support/fake-connection.ts'
import { fakeCluster } from '../support/fake-patroni.ts'
import { failureOf } from '../support/failure.ts'

/** A connection whose tunnels lead to a server that writes `answer` whatever it is asked, and maybe hangs up. */
function answering(answer: string, hangsUp = false): Connection {
  return {
    ...recordingConnection([], 'n1'),
    tunnel: () => {
      const [ours, theirs] = duplexPair()
      theirs.once('data', () => {
        theirs.write(answer)
        if (hangsUp) theirs.end()
      })
      return Promise.resolve(ours)
    },
  }
}

const get = (connection: Connection, timeoutMs = 5000) =>
  httpSend(connection, { method: 'GET', address: '198.18.1.11', port: 8008, path: '/patroni', timeoutMs })

describe('a request through a node', () => {
  it('brings back status and body', async () => {
    const { connections, requests, reply } = fakeCluster()
    reply('/x', { status: 503, body: 'ü' })
    const node = connections.get('n1')

    expect(await httpGet(node ?? answering(''), '198.18.1.12', 8008, '/x')).toEqual({
      status: 503,
      body: 'ü',
    })
    expect(requests).toMatchObject([
      { to: 'n2:8008', method: 'GET', path: '/x', authorization: undefined, body: '' },
    ])
  })

  it('may log in and carry a body', async () => {
    const { connections, requests, reply } = fakeCluster()
    reply('/restart', { body: 'restarted' })
    await httpSend(connections.get('n1') ?? answering(''), {
      method: 'POST',
      address: '198.18.1.11',
      port: 8008,
      path: '/restart',
      body: '{"a":"ü"}',
      login: { user: 'patroni', password: new Secret('pass:word') },
    })

    expect(requests).toMatchObject([
      { method: 'POST', body: '{"a":"ü"}', authorization: `Basic ${btoa('patroni:pass:word')}` },
    ])
  })

  it.each([
    ['nobody answers', '', false, /^http:\/\/198\.18\.1\.11:8008\/patroni: no answer within 0\.05 s$/],
    [
      'the answer is cut off',
      'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{',
      true,
      /aborted|hang up|premature/i,
    ],
    ['the answer never ends', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{', false, /no answer within/],
    ['somebody else answers', 'SSH-2.0-OpenSSH\r\n', true, /^http:\/\/198\.18\.1\.11:8008\/patroni: .+/],
    ['it is hung up on', '', true, /hang up|aborted/],
  ])('is an error that names what was asked when %s', async (_, answer, hangsUp, message) => {
    const error = await failureOf(get(answering(answer, hangsUp), 50))

    expect(error.message).toMatch(message)
    expect(error).toMatchObject({ kind: 'failed', context: { host: 'n1' } })
  })

  it('is an error when the answer is larger than any answer of an API', async () => {
    const body = 'x'.repeat(5 * 1024 * 1024)
    const error = await failureOf(
      get(answering(`HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n${body}`)),
    )

    expect(error.message).toContain('the answer is too large')
  })

  it('that the node cannot make is the error of its tunnel', async () => {
    const { connections, nodes } = fakeCluster()
    const [, second] = nodes
    if (second !== undefined) second.patroni = undefined

    await expect(get(connections.get('n1') ?? answering('')).then(() => 'n1 itself')).resolves.toBe(
      'n1 itself',
    )
    await expect(httpGet(connections.get('n1') ?? answering(''), '198.18.1.12', 8008, '/')).rejects.toThrow(
      'Connection refused',
    )
  })
})
