import { afterEach, describe, expect, it } from 'vitest'

import type { RunOptions } from '../../src/actions/options.ts'
import { closeAll, reachAll, type Reached } from '../../src/actions/reach.ts'
import type { RunSite } from '../../src/actions/site.ts'
import type { SiteHost } from '../../src/roles/site.ts'
import { connect } from '../../src/transport/connect.ts'
import { failureOf } from '../support/failure.ts'
import { type ServerOptions, sshServer, type TestServer } from '../support/ssh-server.ts'
import { hosts, runOptions } from './support.ts'

const [n1, n2, n3] = hosts

describe('--skip-unreachable', () => {
  const open: { close(): Promise<void> }[] = []

  async function server(options: ServerOptions = {}): Promise<TestServer> {
    const started = await sshServer(options)
    open.push(started)
    return started
  }

  async function reached(site: RunSite, options: RunOptions, lock = false): Promise<Reached> {
    const all = await reachAll(site, options, lock)
    open.push({ close: () => closeAll(all) })
    return all
  }

  /** The site whose third node is what a test makes of it; the others are sound. */
  async function siteWith(third: TestServer, more: Partial<SiteHost['vars']['ssh']> = {}): Promise<RunSite> {
    const all = [await at(n1), await at(n2), hostAt(n3, third, more)]
    const inventory = { file: 'inventory.yaml', hosts: all, absent: [], groups: new Map() }
    return { inventory, hosts: all, selected: all, absent: [], folder: '/' }
  }

  async function at(host: SiteHost | undefined): Promise<SiteHost> {
    return hostAt(host, await server())
  }

  afterEach(async () => {
    for (const thing of open.splice(0).reverse()) await thing.close()
  })

  const { options, events } = runOptions({ skipUnreachable: ['n3'] })
  const warnings = () => events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))

  it('skips a node on which nothing listens, and says so', async () => {
    const third = await server()
    const site = await siteWith(third)
    await third.close()

    const { connections } = await reached(site, options)

    expect([...connections.keys()]).toEqual(['n1', 'n2'])
    expect(warnings()).toEqual([expect.stringMatching(/^n3 is skipped: cannot reach .*nothing listens/)])
  })

  it('skips a node that hangs up before a word is said', async () => {
    const { connections } = await reached(await siteWith(await server({ drops: 99 })), options)

    expect([...connections.keys()]).toEqual(['n1', 'n2'])
  })

  it('skips a node that is lost before its shell answers', async () => {
    const third = await server({
      exec: () => {
        third.reset()
      },
    })

    const { connections } = await reached(await siteWith(third), options)

    expect([...connections.keys()]).toEqual(['n1', 'n2'])
  })

  it('does not skip a node with another host key', async () => {
    const [third, other] = [await server(), await server()]
    const known = other.target.knownHostsFiles ?? []
    const strange = { ...third, target: { ...third.target, knownHostsFiles: known } }
    const error = await failureOf(reached(await siteWith(strange), options))

    expect(error.message).toContain('the host key of')
    expect(error.context.evidence?.at(-1)).toContain('--skip-unreachable n3 does not cover this')
  })

  it('does not skip a node that refuses the login', async () => {
    const third = await server({ user: 'somebody-else' })
    const error = await failureOf(reached(await siteWith(third, { user: 'root' }), options))

    expect(error.message).toContain('cannot log in as root@n3')
  })

  it('does not skip a node that refuses to become root', async () => {
    const third = await server({
      exec: (channel) => {
        channel.stderr.write('sudo: a password is required\n')
        channel.exit(1)
        channel.end()
      },
    })
    const error = await failureOf(reached(await siteWith(third), options))

    expect(error.message).toContain('cannot become root')
  })

  it('does not skip a node that another run has locked', async () => {
    const third = await server()
    const holder = { user: 'ann', host: 'desk', pid: 1, command: 'apply', since: '2026-11-22T10:00:00Z' }
    open.push(await connect({ ...third.target, host: 'n3' }, { holder }))
    const error = await failureOf(reached(await siteWith(third), options, true))

    expect(error.kind).toBe('locked')
  })
})

function hostAt(
  host: SiteHost | undefined,
  { target }: TestServer,
  more: Partial<SiteHost['vars']['ssh']> = {},
): SiteHost {
  if (host === undefined) throw new Error('no such host')
  const { port, user, keyFiles = [], knownHostsFiles = [] } = target
  const ssh = { ...host.vars.ssh, port, user, key_files: [...keyFiles], known_hosts: [...knownHostsFiles] }
  return { ...host, vars: { ...host.vars, address: target.address, ssh: { ...ssh, ...more } } }
}
