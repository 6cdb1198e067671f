import type { Socket } from 'node:net'
import { PghaError } from '../shared/errors.ts'
import { stoppable } from './abort.ts'
import { type Login, loginText } from './login.ts'
import { PacketSocket } from './packet-socket.ts'
import { TransientError } from './transient.ts'

/** Opens the TCP connection to a login's sshd. */
export async function dial(login: Login, signal?: AbortSignal): Promise<Socket> {
  const socket = new PacketSocket().connect({ host: login.address, port: login.port })
  // Nagle against delayed ACK costs 40 ms per request; ssh2 itself never turns it off.
  socket.setNoDelay(true).setKeepAlive(true)
  const late = setTimeout(() => {
    socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }))
  }, login.connectTimeoutMs)
  try {
    await stoppable(
      signal,
      () => socket.destroy(new Error('aborted')),
      () => connected(socket, login),
    )
    return socket
  } finally {
    clearTimeout(late)
  }
}

function connected(socket: Socket, login: Login): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    // Stays on: between here and the handshake nobody else listens.
    socket.on('error', (error) => {
      reject(unreachable(login, error))
    })
  })
}

const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ECONNREFUSED: ['nothing listens there', 'check that sshd runs on the node and that the port is right'],
  ETIMEDOUT: ['no answer', 'check that the node is up and that no firewall drops the port'],
  EHOSTUNREACH: ['no route to the node', 'check the address, and the network between here and there'],
  ENETUNREACH: ['no route to its network', 'check the address, and the network between here and there'],
  ENOTFOUND: ['the name does not exist', 'correct the address in the inventory, or the name server'],
  EAI_AGAIN: ['the name server does not answer', 'check the name server of this machine'],
  ECONNRESET: ['the connection was reset', 'see the log of sshd on the node (MaxStartups, hosts.deny)'],
}

function unreachable(login: Login, cause: Error & { readonly code?: string }): PghaError {
  const code = cause.code ?? ''
  const [reason, hint] = reasons[code] ?? [cause.message, 'check that the node is up']
  const Kind = ['EAI_AGAIN', 'ECONNRESET'].includes(code) ? TransientError : PghaError
  return new Kind('failed', `cannot reach ${loginText(login)}: ${reason}`, {
    host: login.host,
    hint,
    // A name that nobody has is a mistake of writing, not a node that is down.
    isUnreachable: code !== 'ENOTFOUND',
    cause,
  })
}
