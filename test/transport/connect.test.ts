import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { connect, type ConnectOptions } from '../../src/transport/connect.ts'
import type { Connection, Holder, Target } from '../../src/transport/connection.ts'
import { failureOf } from '../support/failure.ts'
import { type ServerOptions, sshServer, type TestServer } from '../support/ssh-server.ts'

const holder: Holder = {
  user: 'ann',
  host: 'desk',
  pid: 4711,
  command: 'pgha apply --host n1',
  since: '2026-11-22T10:00:00Z',
}

describe('connect', () => {
  const open: (TestServer | Connection)[] = []

  async function server(options: ServerOptions = {}): Promise<TestServer> {
    const started = await sshServer(options)
    open.push(started)
    return started
  }

  async function login(target: Target, options?: ConnectOptions): Promise<Connection> {
    const connection = await connect(target, options)
    open.push(connection)
    return connection
  }

  afterEach(async () => {
    for (const thing of open.splice(0).reverse()) await thing.close()
  })

  it('runs scripts of one connection in one session', async () => {
    const { target, execs } = await server()
    const node = await login(target)

    expect(await node.run('echo out; echo err >&2; exit 3')).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    })
    expect(
      (await node.run('cat "$PGHA_DIR/p"', { payloads: [{ name: 'p', content: Buffer.from('x') }] })).stdout,
    ).toBe('x')
    expect(execs).toHaveLength(1)
  })

  it('keeps scripts and payloads out of the command line', async () => {
    const { target, execs } = await server()
    const node = await login(target, { holder })
    await node.run('echo canary-1', { payloads: [{ name: 'p', content: Buffer.from('canary-2') }] })

    const [command = ''] = execs
    const readable = command.replaceAll(/\\0([0-7]{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    )
    expect(readable).toContain('read -r tag nonce holder')
    expect(readable).not.toMatch(/canary|4711/)
  })

  it('carries payloads of some megabytes', async () => {
    const { target } = await server()
    const node = await login(target)
    const content = Buffer.alloc(5_000_000, 'pgha ')

    const answer = await node.run('wc -c <"$PGHA_DIR/big"; cat "$PGHA_DIR/big"', {
      payloads: [{ name: 'big', content }],
    })

    expect(answer.stdout).toBe(`5000000\n${content.toString()}`)
  })

  it('leaves nothing on the node', async () => {
    const { target, directory } = await server()
    const before = readdirSync(directory)
    const node = await connect(target)
    await node.run('touch "$PGHA_DIR/x"')
    await node.close()

    expect(readdirSync(directory)).toEqual(before)
  })

  describe('with a holder', () => {
    it('keeps others out and tells them who is there', async () => {
      const { target, directory } = await server()
      await login(target, { holder })

      await expect(connect(target, { holder: { ...holder, user: 'bob' } })).rejects.toMatchObject({
        kind: 'locked',
        message: expect.stringMatching(
          /^n1 is locked by ann@desk \(pid 4711\) since 2026-11-22T10:00:00Z: pgha apply --host n1; held for \d+ s, last sign of life \d+ s ago$/,
        ) as string,
        context: { host: 'n1' },
      })
      expect(readFileSync(join(directory, 'pgha.lock'), 'utf8')).toContain('"ann"')
    })

    it('lets those in who only look', async () => {
      const { target } = await server()
      await login(target, { holder })
      const looker = await login(target)

      expect((await looker.run('echo hi')).stdout).toBe('hi\n')
    })

    it('unlocks with close', async () => {
      const { target } = await server()
      await (await connect(target, { holder })).close()

      await expect(login(target, { holder })).resolves.toBeDefined()
    })

    it('unlocks when the connection breaks', async () => {
      const started = await server()
      await connect(started.target, { holder })
      started.reset()

      await expect.poll(() => login(started.target, { holder }), { timeout: 5000 }).toBeDefined()
    })
  })

  describe('when something breaks', () => {
    it('calls the outcome unknown if the connection is lost while a script runs', async () => {
      const started = await server()
      const node = await login(started.target)
      const answer = node.run('sleep 5')
      setTimeout(started.reset, 200)

      const error = await failureOf(answer)
      expect(error.message).toMatch(
        /^connection to n1 lost while a script ran, and how far it came is unknown: .*ECONNRESET/,
      )
      expect(error.context.hint).toContain('run the same command again')
      await expect(node.run('echo more')).rejects.toThrow(/^connection to n1 lost before a script ran/)
    })

    it('lets a script finish that outlives the connection', async () => {
      const started = await server()
      const file = join(started.directory, 'finished')
      const node = await login(started.target)
      const answer = node.run(`sleep 0.5; echo some output; echo more >&2; touch ${file}`)
      setTimeout(started.reset, 200)

      await expect(answer).rejects.toThrow('lost')
      await expect.poll(() => existsSync(file), { timeout: 5000 }).toBe(true)
    })

    it('notices that the helper was killed', async () => {
      const { target } = await server()
      const node = await login(target)

      await expect(node.run('kill -9 $PPID; sleep 1')).rejects.toThrow(
        /^the helper on n1 ended \((SIGKILL|exit 137)\) while a script ran, and how far it came is unknown/,
      )
    })

    it('tries again when sshd hangs up before it says who it is', async () => {
      const { target, connections } = await server({ drops: 2 })

      await expect(login(target)).resolves.toBeDefined()
      expect(connections()).toBe(3)
    })

    it('gives up on a sshd that always hangs up', async () => {
      const { target, connections } = await server({ drops: 99 })

      const error = await failureOf(connect(target))
      expect(error.message).toMatch(/^no SSH connection to root@n1 \(127.0.0.1:\d+\): /)
      expect(connections()).toBe(4)
    })

    it('says that nothing listens', async () => {
      const started = await server()
      await started.close()

      const error = await failureOf(connect(started.target))
      expect(error.message).toMatch(/^cannot reach root@n1 \(127.0.0.1:\d+\): nothing listens there$/)
      expect(error.context.hint).toContain('sshd runs')
    })

    it('says that nobody answers', async () => {
      const silent = createServer(() => undefined)
      await new Promise<void>((resolve) => silent.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, resolve))
      const { target } = await server()
      // TEST-NET-1 is routed nowhere.
      const outcome = connect({ ...target, address: '192.0.2.1', connectTimeoutMs: 200 })

      await expect(outcome).rejects.toThrow(/^cannot reach root@n1 \(192.0.2.1:\d+\): no/)
      silent.close()
    })

    it('shows what a login shell said that is none', async () => {
      const { target } = await server({
        exec(channel) {
          channel.write('This account is currently not available.\n')
          channel.exit(1)
          channel.end()
        },
      })

      await expect(connect(target)).rejects.toMatchObject({
        message: 'no shell for root@n1: exit 1',
        context: { evidence: ['This account is currently not available.'] },
      })
    })

    it('ends at once when it is aborted', async () => {
      const { target } = await server({ exec: () => undefined })
      const abort = new AbortController()
      setTimeout(() => {
        abort.abort()
      }, 300)

      await expect(connect(target, { signal: abort.signal })).rejects.toMatchObject({ kind: 'interrupted' })
    })
  })

  describe('login', () => {
    it('names what was tried and what the server accepts, and tries it once', async () => {
      const { target, attempts } = await server()
      const other = await server()

      const error = await failureOf(
        connect({ ...target, keyFiles: other.target.keyFiles ?? [], password: 'no' }),
      )
      expect(error.message).toMatch(
        /^cannot log in as root@n1 \(127.0.0.1:\d+\): tried key \S+user_key; the server accepts publickey$/,
      )
      expect(attempts).toEqual(['publickey'])
    })

    it.each(['password', 'keyboard-interactive'] as const)(
      'gives the password by %s',
      async (passwordMethod) => {
        const { target } = await server({ password: 'correct horse', passwordMethod })

        await expect(login(target)).resolves.toBeDefined()
      },
    )

    it('tries a wrong password once', async () => {
      const { target, attempts } = await server({ password: 'right' })

      await expect(connect({ ...target, password: 'wrong' })).rejects.toThrow(
        /tried password; the server accepts password$/,
      )
      expect(attempts).toEqual(['password'])
    })

    it('says so when there is nothing to log in with', async () => {
      const { target } = await server()

      await expect(connect({ ...target, keyFiles: [] })).rejects.toThrow('no key, agent or password to try')
    })
  })

  describe('host key', () => {
    it('refuses an unknown one and shows its fingerprint', async () => {
      const { target, attempts } = await server()
      const empty = join((await server()).directory, 'empty')

      const error = await failureOf(connect({ ...target, knownHostsFiles: [empty] }))
      expect(error.message).toMatch(
        /^the host key of root@n1 \(\S+\) is not known: ssh-ed25519 SHA256:\S{43}$/,
      )
      expect(error.context.hint).toMatch(
        /ssh-keyscan -p \d+ 127.0.0.1 >> .*empty \(or run again with --accept-new\)/,
      )
      expect(attempts).toEqual([])
    })

    it('remembers an unknown one if asked to', async () => {
      const { target, directory, hostKey } = await server()
      const file = join(directory, 'ssh/known_hosts')
      const wary = { ...target, knownHostsFiles: [file] }
      await (await connect(wary, { acceptNew: true })).close()

      expect(readFileSync(file, 'utf8')).toBe(`[127.0.0.1]:${target.port ?? 0} ${hostKey}\n`)
      await expect(login(wary)).resolves.toBeDefined()
    })

    it('never accepts a changed one', async () => {
      const { target, directory } = await server()
      const other = await server()
      const file = join(directory, 'known_hosts')
      writeFileSync(file, `# old\n[127.0.0.1]:${target.port ?? 0} ${other.hostKey}\n`)

      const error = await failureOf(connect(target, { acceptNew: true }))
      expect(error.message).toMatch(
        /has changed: ssh-ed25519 SHA256:\S+ is not \S+known_hosts:2 ssh-ed25519 SHA256:\S+$/,
      )
      expect(error.context.hint).toContain(`ssh-keygen -R '[127.0.0.1]:${target.port ?? 0}' -f ${file}`)
    })
  })

  describe('the hint for a changed host key', () => {
    const words = async (line: string, hash = false) => {
      const [{ target, directory }, other] = [await server(), await server()]
      const file = join(directory, 'known_hosts')
      writeFileSync(file, `# old\n${line.replace('PORT', String(target.port))} ${other.hostKey}\n`)
      if (hash) execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
      const { context } = await failureOf(connect(target))
      return (context.hint ?? '').replaceAll(file, 'FILE').replaceAll(String(target.port), 'PORT')
    }

    it.each([
      ['the name of the inventory', '[n1]:PORT', "ssh-keygen -R '[n1]:PORT' -f FILE"],
      ['the address', '[n1]:1,[127.0.0.1]:PORT', "ssh-keygen -R '[127.0.0.1]:PORT' -f FILE"],
      ['a pattern', '[n?]:PORT', 'correct line 2 of FILE'],
    ])('names what the entry was found by: %s', async (_, line, expected) => {
      expect(await words(line)).toContain(`anew: ${expected};`)
    })

    it('names what a hashed entry was found by', async () => {
      expect(await words('[n1]:PORT', true)).toContain("ssh-keygen -R '[n1]:PORT' -f FILE")
    })
  })

  describe('tunnel', () => {
    it('reaches what the node reaches', async () => {
      const echo = createServer((socket) => socket.pipe(socket))
      await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
      const address = echo.address()
      const node = await login((await server()).target)

      const stream = await node.tunnel('127.0.0.1', typeof address === 'object' ? (address?.port ?? 0) : 0)
      stream.end('hello')
      let heard = ''
      for await (const chunk of stream) heard += String(chunk)

      expect(heard).toBe('hello')
      echo.close()
    })

    it('names node and address when it is refused', async () => {
      const { target } = await server({ forwards: false })
      const node = await login(target)

      const error = await failureOf(node.tunnel('10.0.0.9', 8008))
      expect(error.message).toMatch(/^n1 cannot connect to 10.0.0.9:8008: /)
    })
  })
})
