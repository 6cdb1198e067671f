import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/transport/connect.ts'
import type { Connection, Target } from '../../src/transport/connection.ts'
import { failureOf } from '../support/failure.ts'
import { type ServerOptions, sshServer, type TestServer } from '../support/ssh-server.ts'

const open: (TestServer | Connection)[] = []

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

async function server(options: ServerOptions = {}): Promise<TestServer> {
  const started = await sshServer(options)
  open.push(started)
  return started
}

async function login(target: Target): Promise<Connection> {
  const connection = await connect(target)
  open.push(connection)
  return connection
}

/** ssh_config lines for a jump host. */
function hop(name: string, { target }: TestServer): string {
  return `
    Host ${name}
      HostName 127.0.0.1
      Port ${target.port ?? 0}
      User ${target.user ?? ''}
      IdentityFile ${target.keyFiles?.[0] ?? 'none'}
      UserKnownHostsFile ${target.knownHostsFiles?.[0] ?? 'none'}`
}

function behind(node: TestServer, config: string): Target {
  const configFile = join(node.directory, 'config')
  writeFileSync(configFile, config)
  return { ...node.target, configFile }
}

describe('ProxyJump', () => {
  it('leads through one connection for all nodes, which ends with the last of them', async () => {
    const [bastion, first, second] = await Promise.all([server(), server(), server()])
    const config = `Host n1\n ProxyJump bastion\n${hop('bastion', bastion)}\n`

    const nodes = await Promise.all([login(behind(first, config)), login(behind(second, config))])
    expect((await Promise.all(nodes.map((node) => node.run('echo hi')))).map(({ stdout }) => stdout)).toEqual(
      ['hi\n', 'hi\n'],
    )
    expect([bastion.connections(), bastion.execs]).toEqual([1, []])
    expect(bastion.alive()).toBe(1)

    for (const node of nodes) await node.close()
    await expect.poll(() => bastion.alive()).toBe(0)
  })

  it('leads through a chain', async () => {
    const [outer, inner, node] = await Promise.all([server(), server(), server()])
    const config = `Host n1\n ProxyJump outer,inner\n${hop('outer', outer)}${hop('inner', inner)}\n`

    expect((await (await login(behind(node, config))).run('echo hi')).stdout).toBe('hi\n')
    expect([outer.connections(), inner.connections(), node.connections()]).toEqual([1, 1, 1])
  })

  it('checks the key of each hop under its own name', async () => {
    const [bastion, node, stranger] = await Promise.all([server(), server(), server()])
    const config = `Host n1\n ProxyJump bastion\n${hop('bastion', bastion)}\n`
    writeFileSync(
      bastion.target.knownHostsFiles?.[0] ?? '',
      `[127.0.0.1]:${bastion.target.port ?? 0} ${stranger.hostKey}\n`,
    )

    const error = await failureOf(connect(behind(node, config)))
    expect(error.message).toMatch(
      /^on the way to root@n1 \(.*\): the host key of root@bastion \(.*\) has changed/,
    )
    expect(error.context.host).toBe('n1')
  })

  it('says that the jump host cannot reach the node', async () => {
    const [bastion, node] = await Promise.all([server({ forwards: false }), server()])
    const config = `Host n1\n ProxyJump bastion\n${hop('bastion', bastion)}\n`

    expect((await failureOf(connect(behind(node, config)))).message).toMatch(
      /^on the way to root@n1 \(.*\): bastion cannot connect to 127.0.0.1:\d+: /,
    )
  })

  it('loses the node with the jump host', async () => {
    const [bastion, node] = await Promise.all([server(), server()])
    const connection = await login(behind(node, `Host n1\n ProxyJump bastion\n${hop('bastion', bastion)}\n`))
    const answer = failureOf(connection.run('sleep 5'))
    setTimeout(bastion.reset, 200)

    expect((await answer).message).toContain('connection to n1 lost while a script ran')
    await expect(
      login(behind(node, `Host n1\n ProxyJump bastion\n${hop('bastion', bastion)}\n`)),
    ).resolves.toBeDefined()
  })

  it('is not followed in a circle', async () => {
    const [bastion, node] = await Promise.all([server(), server()])
    const config = `${hop('bastion', bastion)}\nHost *\n ProxyJump bastion\n`
    const error = await failureOf(connect({ ...behind(node, config), host: 'n2' }))

    expect(error.kind).toBe('input')
    expect(error.message).toBe('ProxyJump of n2 cannot be followed: bastion')
    expect(error.context.hint).toContain('"ProxyJump none" for bastion')
  })
})
