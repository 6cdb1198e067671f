import { readFileSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { consulAutopilot } from '../../src/resources/consul-autopilot.ts'
import { shells } from '../support/fake-connection.ts'
import { type Sandbox, sandbox } from './support.ts'

describe.each(shells)("Consul's autopilot in %s", (shell) => {
  let node: Sandbox

  beforeEach(() => {
    node = sandbox(shell)
    node.program('consul', `printf '%s\\n' "$*" >>${node.path('calls')}`, `echo false >${node.path('now')}`)
    node.write('now', 'true\n')
  })

  afterEach(() => node.close())

  /** An agent that answers so, to whom it lets ask. */
  function agent(status: number, body = '{"CleanupDeadServers":%s,"MinQuorum":0}'): void {
    node.program(
      'curl',
      `cat >${node.path('login')} </dev/stdin`,
      `for url; do :; done`,
      `printf '${body}\\n@${status} %s\\n' "$(cat ${node.path('now')})" "$url"`,
    )
  }

  it.each([
    ['without a token', false],
    ['with a token', true],
  ])('is set once where it differs, %s', async (_, hasToken) => {
    agent(200)
    const wanted = [consulAutopilot({ cleanupDeadServers: false, hasToken })]

    expect(await node.plan(wanted)).toMatchObject([
      { verb: 'update', summary: 'autopilot.cleanup_dead_servers true → false' },
    ])
    await node.apply(wanted)
    expect(readFileSync(node.path('calls'), 'utf8')).toBe(
      'operator autopilot set-config -cleanup-dead-servers=false\n',
    )
    expect(await node.apply(wanted)).toEqual([])
  })

  it('shows its token to curl on stdin only', async () => {
    agent(200)
    await node.plan([consulAutopilot({ cleanupDeadServers: false, hasToken: true })])

    expect(readFileSync(node.path('login'), 'utf8')).toMatch(/^header = "X-Consul-Token: .*"\n$/)
  })

  it.each([
    ['no agent answers', 0, ''],
    ['the token may not ask', 403, 'Permission denied'],
    ['the answer is something else', 200, '{}'],
  ])('is left as it is where %s', async (_, status, body) => {
    agent(status, body)
    expect(await node.plan([consulAutopilot({ cleanupDeadServers: false, hasToken: true })])).toEqual([])
  })
})
