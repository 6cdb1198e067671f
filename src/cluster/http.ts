import { PghaError } from '../shared/errors.ts'
import type { Secret } from '../shared/secret.ts'
import type { Connection } from '../transport/connection.ts'

/** An HTTP answer. Patroni says useful things with 503, so no status is an error here. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

const answerTimeoutMs = 5_000
const largestBody = 4 * 1024 * 1024

/** One request of a node's HTTP API. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly address: string
  readonly port: number
  readonly path: string
  /** JSON. */
  readonly body?: string
  /** Basic authentication. */
  readonly login?: { readonly user: string; readonly password: Secret }
  /** Calls that wait for PostgreSQL take longer than the default of 5 s. */
  readonly timeoutMs?: number
}

/** GET over a tunnel through the node. */
export function httpGet(
  connection: Connection,
  address: string,
  port: number,
  path: string,
): Promise<HttpAnswer> {
  return httpSend(connection, { method: 'GET', address, port, path })
}

/** A request over a tunnel through the node, so that only its SSH port need be reachable from here. */
export async function httpSend(connection: Connection, call: HttpCall): Promise<HttpAnswer> {
  const { address, port, path, method, body, timeoutMs = answerTimeoutMs } = call
  // Loaded by the first request, since a run with nothing to do makes none; before there is a stream whose errors nobody hears.
  const { request } = await import('node:http')
  const stream = await connection.tunnel(address, port)
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      stream.destroy()
    }
    const fail = (error: Error) => {
      end()
      const message = `http://${address}:${port}${path}: ${error.message}`
      reject(new PghaError('failed', message, { host: connection.host, cause: error }))
    }
    // Node's own timeouts are those of sockets, and a tunnel is none.
    const timer = setTimeout(() => {
      sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`))
    }, timeoutMs)
    const sent = request(
      // No `agent: false`: with it Node ignores createConnection and dials by itself.
      { createConnection: () => stream, method, host: address, port, path, headers: headersOf(call) },
      (response) => {
        let answer = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          answer += chunk
          if (answer.length > largestBody) sent.destroy(new Error('the answer is too large'))
        })
        response.on('error', fail)
        response.on('end', () => {
          end()
          resolve({ status: response.statusCode ?? 0, body: answer })
        })
      },
    )
    sent.on('error', fail)
    sent.end(body)
  })
}

function headersOf({ body, login }: HttpCall): Readonly<Record<string, string>> {
  const basic = login === undefined ? '' : `${login.user}:${login.password.reveal()}`
  return {
    connection: 'close',
    ...(login === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  }
}
