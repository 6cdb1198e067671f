import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { stoppable } from './abort.ts'
import { dial } from './dial.ts'
import { handshake } from './handshake.ts'
import { hostKeyCheck } from './host-key.ts'
import { openJump } from './jump.ts'
import type { Login } from './login.ts'
import { retryTransient } from './transient.ts'

export interface LinkOptions {
  readonly acceptNew: boolean
  readonly signal?: AbortSignal
}

/** A logged-in SSH connection. */
export interface Link {
  readonly login: Login
  readonly client: Client
  /** What broke the connection, if it broke. */
  lostBy(): Error | undefined
  close(): void
}

/** A stream to a sshd, and what to do when it is no longer needed. */
export interface Route {
  readonly sock: Duplex
  readonly release: () => void
}

const farewellMs = 2000

/** Dials, through jump hosts if there are any, and logs in; tries again if sshd was only busy. */
export async function openLink(login: Login, options: LinkOptions): Promise<Link> {
  return retryTransient(async () => {
    const hostKey = hostKeyCheck(login, options.acceptNew)
    const route = await openRoute(login, options)
    try {
      const stop = () => route.sock.destroy()
      const client = await stoppable(options.signal, stop, () => handshake(login, route.sock, hostKey))
      return linkOf(login, client, route)
    } catch (error) {
      route.release()
      throw error
    }
  }, options.signal)
}

async function openRoute(login: Login, options: LinkOptions): Promise<Route> {
  if (login.jumps.length > 0) return openJump(login, (hop) => openLink(hop, options))
  return { sock: await dial(login, options.signal), release: () => undefined }
}

function linkOf(login: Login, client: Client, { sock, release }: Route): Link {
  let lostBy: Error | undefined
  client.on('error', (error) => (lostBy ??= error))
  client.on('close', release)
  return {
    login,
    client,
    lostBy: () => lostBy,
    close() {
      const hangUp = () => sock.destroy()
      // Once the farewell is sent, the server's own is of no use: it would keep this process alive for 30 ms.
      sock.once('finish', hangUp)
      client.end()
      setTimeout(hangUp, farewellMs).unref()
    },
  }
}
