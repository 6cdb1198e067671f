import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { type Sandbox, sandbox } from '../resources/support.ts'
import { shells } from '../support/fake-connection.ts'
import { contentOf, hostsOf, inventory, wantedBy } from './support.ts'

const run = promisify(execFile)

describe.each(shells)('the script of alerts in %s', (shell) => {
  let node: Sandbox
  let server: Server
  let asked: string[]

  beforeEach(() => {
    node = sandbox(shell)
    asked = []
    // Takes what is sent, and never answers.
    server = createServer((request) => asked.push(request.url ?? ''))
    node.program('logger', `printf '%s\\n' "$*" >>${node.path('journal')}`)
  })

  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    await node.close()
  })

  /** Runs the script as keepalived would; gives the seconds that it took. */
  async function alert(text: string): Promise<number> {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const section = `  alerts:
    telegram: { token: '12345:canary-token', chat_id: '-1', api: '${url}' }
    webhook: { url: '${url}/canary-hook' }
    timeout: 1`
    const wanted = await wantedBy(hostsOf(inventory(section)), 'n1', 'debian')
    const secrets = node.write('alert.secrets', contentOf(wanted, 'alert.secrets'))
    const script = contentOf(wanted, 'alert.sh').replaceAll('/etc/keepalived/alert.secrets', secrets)
    const path = node.write('alert.sh', script, 0o755)
    const [program = shell, ...flags] = shell.split(' ')
    const startedMs = performance.now()
    const env = {
      ...process.env,
      PATH: `${node.path('programs')}:${process.env['PATH'] ?? ''}`,
      no_proxy: '*',
    }
    await run(program, [...flags, path, text, 'MASTER'], { env })
    return (performance.now() - startedMs) / 1000
  }

  const journal = () => (existsSync(node.path('journal')) ? readFileSync(node.path('journal'), 'utf8') : '')

  it('gives up on a server that never answers, and tells the log, once for each way', async () => {
    const seconds = await alert('n1 became "MASTER"')
    expect(asked).toEqual(['/bot12345:canary-token/sendMessage', '/canary-hook'])
    // One second each; a busy machine takes its time to start the programs.
    expect(seconds).toBeGreaterThanOrEqual(2)
    expect(seconds).toBeLessThan(30)
    expect(journal().trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^-t keepalived-alert Telegram did not take "n1 became "MASTER"": curl: \(28\) /),
      expect.stringMatching(
        /^-t keepalived-alert The webhook did not take "n1 became "MASTER"": curl: \(28\) /,
      ),
    ])
    expect(journal()).not.toContain('canary')
  })

  it('leaves the log alone when somebody takes the message', async () => {
    server.on('request', (_, response) => response.end('{}'))
    await alert('n1 became MASTER')
    expect(journal()).toBe('')
  })
})
