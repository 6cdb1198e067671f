import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A stand-in for Telegram's API on an address that the nodes reach. */
export interface Telegram {
  readonly url: string
  /** What was asked: path and decoded body. */
  readonly requests: readonly { readonly path: string; readonly text: string; readonly chat: string }[]
  close(): Promise<void>
}

export async function telegramOn(address: string): Promise<Telegram> {
  const requests: { path: string; text: string; chat: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
      }),
  }
}
