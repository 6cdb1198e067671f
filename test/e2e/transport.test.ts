import { afterEach, beforeAll, describe, expect, it } from 'vitest'

import { connect, type ConnectOptions } from '../../src/transport/connect.ts'
import type { Connection, Holder, Target } from '../../src/transport/connection.ts'
import { attach, type Lab, up } from '../lab/lab.ts'
import { failureOf } from '../support/failure.ts'

const holder: Holder = {
  user: 'ann',
  host: 'canary-desk',
  pid: 4711,
  command: 'pgha apply',
  since: '2026-11-22T10:00:00Z',
}

describe('a connection to a real node', () => {
  const open: Connection[] = []
  let lab: Lab
  let target: Target

  beforeAll(async () => {
    lab = (await attach()) ?? (await up())
    const [node] = lab.nodes
    if (node === undefined) throw new Error('the lab has no node')
    target = { host: node.name, address: node.address, configFile: lab.sshConfigPath }
  })

  afterEach(async () => {
    await Promise.all(open.splice(0).map((connection) => connection.close()))
  })

  async function login(more: Partial<Target> = {}, options?: ConnectOptions): Promise<Connection> {
    const connection = await connect({ ...target, ...more }, options)
    open.push(connection)
    return connection
  }

  const onNode = async (command: string) => (await lab.exec(target.host, command)).stdout.trim()

  it.each([
    { user: 'root' },
    { user: 'ops' },
    { user: 'ops', sudoPassword: 'nobody asks for it' },
    { user: 'admin', sudoPassword: 'lab-admin' },
  ])('is root as $user (sudo password: $sudoPassword)', async (as) => {
    const node = await login(as)
    const content = Buffer.alloc(3_000_000, 'payload\0\n')
    const answer = await node.run('id -u; wc -c <"$PGHA_DIR/big"; stat -c "%a %U" "$PGHA_DIR/big"', {
      payloads: [{ name: 'big', content }],
    })

    expect(answer).toEqual({ code: 0, stdout: '0\n3000000\n600 root\n', stderr: '' })
  })

  it('costs a wrong sudo password one attempt only', async () => {
    const since = await onNode('date +%s')
    const error = await failureOf(connect({ ...target, user: 'admin', sudoPassword: 'wrong' }))

    expect(error.message).toBe(`sudo of admin@${target.host} refused the password; it was tried once`)
    const failures = await onNode(
      `journalctl -o cat --since @${since} | grep -c 'sudo.*authentication failure'`,
    )
    expect(failures).toBe('1')
  })

  it('says that admin needs a sudo password', async () => {
    expect((await failureOf(connect({ ...target, user: 'admin' }))).message).toContain(
      'sudo asks for a password',
    )
  })

  it('shows neither script nor payload nor password to other users of the node', async () => {
    const node = await login({ user: 'admin', sudoPassword: 'lab-admin' }, { holder })
    const run = node.run('sleep 2 # canary-script', {
      payloads: [{ name: 'p', content: Buffer.from('canary-payload') }],
    })
    const seen = await onNode(`cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'`)
    await run

    expect(seen).toContain('pgha-loader')
    expect(seen).not.toMatch(/canary-(script|payload|desk)|lab-admin/)
    expect(
      await onNode('journalctl -o cat -b --no-pager | grep -E -c "canary-(script|payload)|lab-admin"'),
    ).toBe('0')
  })

  it('locks the node for one run, whoever it logs in as, and leaves nothing there', async () => {
    const first = await connect({ ...target, user: 'root' }, { holder })
    const error = await failureOf(connect({ ...target, user: 'ops' }, { holder: { ...holder, user: 'bob' } }))
    expect(error.kind).toBe('locked')
    expect(error.message).toContain('ann@canary-desk (pid 4711)')
    await first.close()

    const second = await connect({ ...target, user: 'ops' }, { holder })
    await second.run('true', { isQuery: true })
    expect(await onNode('ls -d /run/pgha.*.* 2>/dev/null | wc -l')).toBe('0')
    await second.run('true')
    expect(await onNode('ls -d /run/pgha.*.* | wc -l')).toBe('1')
    await second.close()
    expect(await onNode('ls -d /run/pgha.*.* 2>/dev/null | wc -l')).toBe('0')
  })

  it('keeps the node locked until a script has ended that nobody waits for any more', async () => {
    const node = await connect({ ...target, user: 'ops' }, { holder })
    const answer = failureOf(node.run('echo begun; sleep 2; echo more; touch /run/pgha-e2e'))
    await new Promise((resolve) => setTimeout(resolve, 500))
    await node.close()

    expect((await answer).message).toContain('how far it came is unknown')
    expect((await failureOf(connect(target, { holder }))).kind).toBe('locked')
    await expect
      .poll(() => onNode('ls -d /run/pgha?*'), { timeout: 10_000 })
      .toBe('/run/pgha-e2e\n/run/pgha.lock')
    await (await connect(target, { holder })).close()
    await onNode('rm /run/pgha-e2e')
  })

  it('reaches a port that only the node reaches', async () => {
    const node = await login({ user: 'root' })
    const stream = await node.tunnel('127.0.0.1', 22)
    const banner = await new Promise<string>((resolve) => {
      stream.once('data', (chunk: Buffer) => {
        resolve(chunk.toString())
      })
    })
    stream.destroy()

    expect(banner).toMatch(/^SSH-2.0-OpenSSH/)
    expect((await failureOf(node.tunnel('127.0.0.1', 1))).message).toBe(
      `${target.host} cannot connect to 127.0.0.1:1: Connection refused`,
    )
  })

  it('gives up on a node that went silent within a minute, and does not guess how far it came', async () => {
    const node = await login({ user: 'root' })
    const answer = failureOf(node.run('sleep 600'))
    await lab.pause(target.host)
    try {
      expect((await answer).message).toMatch(
        /^connection to \S+ lost while a script ran, .* unknown: Keepalive timeout/,
      )
    } finally {
      await lab.unpause(target.host)
      await onNode('pkill -f "^sleep 600"')
    }
  }, 60_000)
})
