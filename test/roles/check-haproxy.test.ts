import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { type Sandbox, sandbox } from '../resources/support.ts'
import { shells } from '../support/fake-connection.ts'
import { contentOf, hostsOf, inventory, wantedBy } from './support.ts'

const run = promisify(execFile)

// What balanced waits for: loop_wait + retry_timeout.
const patienceSeconds = 8

interface Own {
  readonly role: string
  readonly seenSecondsAgo?: number
}

/** As Patroni writes it: json.dumps of Python, with spaces. */
function status({ role, seenSecondsAgo }: Own): string {
  const seen = seenSecondsAgo === undefined ? undefined : Math.floor(Date.now() / 1000) - seenSecondsAgo
  return `{"state": "running", "role": "${role}"${seen === undefined ? '' : `, "dcs_last_seen": ${seen}`}, "patroni": {"scope": "main"}}`
}

describe.each(shells)('the check of keepalived in %s', (shell) => {
  let node: Sandbox
  const servers: Server[] = []

  beforeEach(() => {
    node = sandbox(shell)
  })

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    }
    await node.close()
  })

  /** Gives the port; `body` undefined: takes the request and stays silent. */
  async function listen(address: string, port: number, code: number, body?: string): Promise<number> {
    const server = createServer((_, reply) => {
      if (body !== undefined) reply.writeHead(code).end(body)
    })
    servers.push(server)
    await new Promise<void>((done) => server.listen(port, address, done))
    return (server.address() as AddressInfo).port
  }

  interface Node {
    /** Status of HAProxy's /health; undefined: it hangs. */
    readonly haproxy: number | undefined
    /** What Patroni of the node says; undefined: it hangs. */
    readonly own?: Own
    /** Status of the other member that is there; undefined: none is. */
    readonly other?: number
    /** The cluster is in etcd, and its server on this node answers so; undefined: the cluster is in Consul. */
    readonly etcd?: number
    /** Of the node; by default all. */
    readonly roles?: string
  }

  /** Runs the script as keepalived would; gives its exit code and stderr. */
  async function check({ haproxy, own, other, etcd, roles }: Node): Promise<readonly [number, string]> {
    const statusPort = await listen('127.0.0.1', 0, haproxy ?? 200, haproxy === undefined ? undefined : 'OK')
    const restPort = await listen('127.0.0.1', 0, 200, own && status(own))
    if (other !== undefined) await listen('127.0.0.2', restPort, other, '')
    const etcdPort = etcd === undefined ? 0 : await listen('127.0.0.1', 0, etcd, '{}')
    const dcs = etcd === undefined ? 'consul' : 'etcd'
    const text = inventory(
      `  dcs: ${dcs}\n  haproxy: { status_port: ${statusPort} }`,
      `    rest_port: ${restPort}`,
    ).replace('address: 198.18.1.11,', (address) =>
      roles === undefined ? address : `${address} roles: ${roles},`,
    )
    const wanted = await wantedBy(hostsOf(text), 'n1', 'debian')
    const script = contentOf(wanted, 'check-haproxy.sh')
      .replaceAll('198.18.1.1', '127.0.0.')
      .replaceAll(':2379', `:${etcdPort}`)
    const path = node.write('check.sh', script, 0o755)
    const [program = shell, ...flags] = shell.split(' ')
    return run(program, [...flags, path]).then(
      ({ stderr }) => [0, stderr] as const,
      (error: unknown) => {
        const { code, stderr } = error as { readonly code: number; readonly stderr: string }
        return [code, stderr] as const
      },
    )
  }

  it.each([
    ['fails: HAProxy is frozen', { haproxy: undefined, own: { role: 'replica', seenSecondsAgo: 1 } }],
    ['fails: HAProxy is ill', { haproxy: 503, own: { role: 'replica', seenSecondsAgo: 1 } }],
  ])('%s', async (_, given) => {
    expect(await check(given)).toEqual([expect.toSatisfy((code) => code !== 0), ''])
  })

  it.each([
    [
      'a replica that sees the DCS, whoever else is gone',
      { own: { role: 'replica', seenSecondsAgo: patienceSeconds - 2 } },
    ],
    [
      'a leader that nobody else answers: the last one of its cluster',
      { own: { role: 'primary', seenSecondsAgo: 3600 } },
    ],
    ['a leader of a Patroni before 4.0', { own: { role: 'master', seenSecondsAgo: 3600 } }],
    ['a Patroni that hangs', {}],
    ['an old Patroni, which does not tell of the DCS', { own: { role: 'replica' } }],
    ['no DCS, but another member answers', { own: { role: 'replica', seenSecondsAgo: 3600 }, other: 200 }],
    [
      'no DCS, but another member answers that it is ill',
      { own: { role: 'replica', seenSecondsAgo: 3600 }, other: 503 },
    ],
  ])('keeps the address: %s', async (_, given) => {
    expect(await check({ haproxy: 200, ...given })).toEqual([0, ''])
  })

  it('lets go of the address: no leader, no DCS for too long, and no other member', async () => {
    expect(
      await check({ haproxy: 200, own: { role: 'replica', seenSecondsAgo: patienceSeconds + 2 } }),
    ).toEqual([1, 'this node reaches no other member, and its Patroni does not reach the DCS\n'])
  })

  it.each([
    ['etcd has a leader for it', { own: { role: 'replica', seenSecondsAgo: 1 }, etcd: 200 }],
    ['another member answers', { own: { role: 'replica', seenSecondsAgo: 1 }, etcd: 503, other: 503 }],
    ['a leader', { own: { role: 'primary', seenSecondsAgo: 1 }, etcd: 503 }],
    ['a Patroni that hangs', { etcd: 503 }],
  ])('keeps the address of a cluster in etcd: %s', async (_, given) => {
    expect(await check({ haproxy: 200, ...given })).toEqual([0, ''])
  })

  // Patroni answers from its memory of etcd: it has seen it a second ago.
  it('lets go of the address of a cluster in etcd: no leader, none of etcd, and no other member', async () => {
    expect(await check({ haproxy: 200, own: { role: 'replica', seenSecondsAgo: 1 }, etcd: 503 })).toEqual([
      1,
      'this node reaches no other member, and no etcd with a leader\n',
    ])
  })

  it('knows of a node without PostgreSQL by the members alone', async () => {
    const balancer = { haproxy: 200, roles: '[haproxy, keepalived]' }
    expect(await check({ ...balancer, other: 503 })).toEqual([0, ''])
    expect(await check(balancer)).toEqual([1, 'this node reaches no member\n'])
  })
})
