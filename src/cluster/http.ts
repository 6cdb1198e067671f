import { request } from 'node:http'

import { PghaError } from '../shared/errors.ts'
import type { Connection } from '../transport/connection.ts'

/** An HTTP answer. Patroni says useful things with 503, so no status is an error here. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

const answerTimeoutMs = 5_000
const largestBody = 4 * 1024 * 1024

/** GET over a tunnel through the node, so that only its SSH port need be reachable from here. */
export async function httpGet(
  connection: Connection,
  address: string,
  port: number,
  path: string,
): Promise<HttpAnswer> {
  const stream = await connection.tunnel(address, port)
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      stream.destroy()
      const message = `http://${address}:${port}${path}: ${error.message}`
      reject(new PghaError('failed', message, { host: connection.host, cause: error }))
    }
    const sent = request(
      // No `agent: false`: with it Node ignores createConnection and dials by itself.
      {
        createConnection: () => stream,
        host: address,
        port,
        path,
        headers: { connection: 'close' },
        timeout: answerTimeoutMs,
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          body += chunk
          if (body.length > largestBody) sent.destroy(new Error('the answer is too large'))
        })
        response.on('error', fail)
        response.on('end', () => {
          stream.destroy()
          resolve({ status: response.statusCode ?? 0, body })
        })
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${answerTimeoutMs / 1000} s`)))
    sent.on('error', fail)
    sent.end()
  })
}
