import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type AuthContext, type Connection as Login, type ServerChannel } from 'ssh2'
import type { Target } from '../../src/transport/connection.ts'
import { localPipe } from './local-pipe.ts'

export interface ServerOptions {
  readonly user?: string
  /** Accepts this password instead of the key in `target`. */
  readonly password?: string
  /** How it wants the password. */
  readonly passwordMethod?: 'password' | 'keyboard-interactive'
  /** Happens instead of the command. */
  readonly exec?: (channel: ServerChannel, login: Login) => void
  /** Hangs up on this many connections before it serves one. */
  readonly drops?: number
  readonly forwards?: boolean
}

/** An SSH server in this process, for what a real one does only when something is broken. */
export interface TestServer {
  /** Holds keys and, below `run`, the files of the helper. */
  readonly directory: string
  /** Reaches the server with its host key on file. */
  readonly target: Target
  readonly hostKey: string
  /** Command lines that clients asked for. */
  readonly execs: readonly string[]
  /** How clients tried to log in. */
  readonly attempts: readonly string[]
  /** Connections so far, those that it hung up on included. */
  readonly connections: () => number
  /** Connections that are open now. */
  readonly alive: () => number
  /** Resets all connections. */
  readonly reset: () => void
  readonly close: () => Promise<void>
}

/** Starts a server whose node is this machine: the helper runs for real, with its files below `directory`. */
export async function sshServer(options: ServerOptions = {}): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'pgha-sshd-'))
  const hostKey = newKey(join(directory, 'host_key'))
  const userKey = newKey(join(directory, 'user_key'))
  const execs: string[] = []
  const attempts: string[] = []

  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (login) => {
    login.on('error', () => undefined)
    login.on('authentication', (context) => {
      attempts.push(context.method)
      authenticate(context, userKey.public, options)
    })
    login.on('tcpip', (accept, reject, { destIP, destPort }) => {
      if (options.forwards === false) reject()
      else forward(destIP, destPort, accept, reject)
    })
    login.on('session', (acceptSession) => {
      acceptSession().on('exec', (acceptExec, _reject, { command }) => {
        execs.push(command)
        const channel = acceptExec()
        if (options.exec !== undefined) options.exec(channel, login)
        else runHere(channel, relocated(command, directory))
      })
    })
  })
  const listener = await listen(server, options.drops ?? 0)
  const knownHosts = join(directory, 'known_hosts')
  writeFileSync(knownHosts, `[127.0.0.1]:${listener.port} ${hostKey.public}\n`)

  return {
    directory,
    target: {
      host: 'n1',
      address: '127.0.0.1',
      port: listener.port,
      user: options.user ?? 'root',
      keyFiles: options.password === undefined ? [userKey.file] : [],
      knownHostsFiles: [knownHosts],
      ...(options.password === undefined ? {} : { password: options.password }),
    },
    hostKey: hostKey.public,
    execs,
    attempts,
    connections: listener.connections,
    alive: listener.alive,
    reset: listener.reset,
    close: async () => {
      listener.reset()
      await listener.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

// One in two hundred keys of ssh2's own generator cannot be parsed by ssh2.
function newKey(file: string) {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file])
  return { file, private: readFileSync(file), public: readFileSync(`${file}.pub`, 'utf8').trim() }
}

async function listen(server: ssh2.Server, drops: number) {
  const sockets = new Set<Socket>()
  let seen = 0
  const listener: Server = createServer((socket) => {
    // ssh2 leaves Nagle's algorithm on, which makes a test five times as long.
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    seen += 1
    if (seen <= drops) socket.destroy()
    else server.injectSocket(socket)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(listener.address()),
    connections: () => seen,
    alive: () => sockets.size,
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    close: () =>
      new Promise<void>((resolve) => {
        listener.close(() => {
          resolve()
        })
      }),
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('not a TCP server')
  return address.port
}

function authenticate(
  context: AuthContext,
  userKey: string,
  { user = 'root', password, passwordMethod = 'password' }: ServerOptions,
) {
  const methods = [password === undefined ? 'publickey' : passwordMethod] as const
  const refuse = () => {
    context.reject([...methods])
  }
  const decide = (isRight: boolean) => {
    if (isRight && context.username === user) context.accept()
    else refuse()
  }
  if (!methods.some((method) => method === context.method)) refuse()
  else if (context.method === 'publickey') decide(isKey(userKey, context.key.data))
  else if (context.method === 'password') decide(context.password === password)
  else if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
      decide(answers[0] === password)
    })
  } else refuse()
}

function isKey(publicKey: string, data: Buffer): boolean {
  return Buffer.from(publicKey.split(' ')[1] ?? '', 'base64').equals(data)
}

function forward(host: string, port: number, accept: () => ServerChannel, reject: () => void) {
  const socket = connect({ host, port })
  socket.once('error', reject)
  socket.once('connect', () => {
    const channel = accept()
    socket.pipe(channel).pipe(socket)
  })
}

/** The command with the helper's files below `directory`; paths are not encoded in it. */
function relocated(command: string, directory: string): string {
  return command.replaceAll('/run', directory)
}

function runHere(channel: ServerChannel, command: string) {
  const pipe = localPipe('/bin/sh', ['-c', command])
  channel.pipe(pipe.stdin)
  pipe.stdout.pipe(channel, { end: false })
  pipe.stderr.pipe(channel.stderr, { end: false })
  void pipe.ended.then(({ code, signal }) => {
    if (code === undefined) channel.exit(signal?.replace('SIG', '') ?? 'KILL')
    else channel.exit(code)
    channel.end()
  })
}
