import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A stand-in for Telegram's API on an address that the nodes reach, and for somebody's webhook. */
export interface Telegram {
  readonly url: string
  /** What was asked: path and decoded body. */
  readonly requests: readonly { readonly path: string; readonly text: string; readonly chat: string }[]
  /** What was posted to /hook. */
  readonly hooks: readonly WebhookCall[]
  close(): Promise<void>
}

export interface WebhookCall {
  readonly text: string
  readonly node: string
  readonly state: string
  readonly vip: string
}

export async function telegramOn(address: string): Promise<Telegram> {
  const requests: { path: string; text: string; chat: string }[] = []
  const hooks: WebhookCall[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      if (request.url === '/hook') {
        hooks.push(JSON.parse(body) as WebhookCall)
        response.end()
        return
      }
      const fields = new URLSearchParams(body)
      requests.push({
        path: request.url ?? '',
        text: fields.get('text') ?? '',
        chat: fields.get('chat_id') ?? '',
      })
      response.end('{"ok":true}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address}:${port}`,
    requests,
    hooks,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
      }),
  }
}
