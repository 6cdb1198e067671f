import type { Duplex } from 'node:stream'
import type { Client, ClientErrorExtensions } from 'ssh2'
import { PghaError } from '../shared/errors.ts'
import { Authentication } from './authentication.ts'
import type { HostKeyCheck } from './host-key.ts'
import { type Login, loginText } from './login.ts'
import { ssh2 } from './ssh2.ts'
import { TransientError } from './transient.ts'

const handshakeTimeoutMs = 30_000

/** Makes an SSH connection of a stream: checks the host key, logs in. The client keeps an error listener for life. */
export async function handshake(login: Login, sock: Duplex, hostKey: HostKeyCheck): Promise<Client> {
  const client = new (await ssh2()).Client()
  const authentication = new Authentication(login)
  let greeting = ''

  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      client.destroy()
      reject(error)
    }
    client.on('greeting', (text) => (greeting = text))
    client.on('ready', () => {
      resolve(client)
    })
    // Fires for life, several times and after `ready` too; without listener it would end the process.
    client.on('error', (error: Error & ClientErrorExtensions) => {
      if (error.level !== 'agent') fail(explain(login, error, authentication, greeting))
    })
    client.on('close', () => {
      fail(explain(login, new Error('the server closed the connection'), authentication, greeting))
    })
    client.connect({
      sock,
      username: login.user,
      readyTimeout: handshakeTimeoutMs,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: hostKey.algorithms },
      authHandler: authentication.handler(fail),
      hostVerifier: verifier(hostKey, fail),
    })
  })
}

function verifier(hostKey: HostKeyCheck, fail: (error: Error) => void) {
  let trusted: Buffer | undefined
  return (key: Buffer, verified: (isTrusted: boolean) => void) => {
    // The server may exchange keys again at any time.
    if (trusted?.equals(key) !== true) {
      try {
        hostKey.verify(key)
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)))
        return
      }
      trusted = Buffer.from(key)
    }
    verified(true)
  }
}

function explain(
  login: Login,
  cause: Error & ClientErrorExtensions,
  authentication: Authentication,
  greeting: string,
): PghaError {
  // A refusal comes as a message of the server; a socket that breaks, or a server that is silent, is no refusal.
  const isLost = cause.level === 'client-socket' || cause.level === 'client-timeout'
  if (authentication.begun) return authentication.error(cause, isLost)
  // "No matching algorithm" stays; a busy sshd hangs up without a word.
  const Kind = cause.level === 'handshake' || cause.level === 'client-timeout' ? PghaError : TransientError
  return new Kind('failed', `no SSH connection to ${loginText(login)}: ${cause.message}`, {
    host: login.host,
    hint: 'see the log of sshd on the node (MaxStartups, PerSourcePenalties, algorithms)',
    evidence: greeting.split('\n').filter((line) => line !== ''),
    isUnreachable: cause.level !== 'handshake',
    cause,
  })
}
