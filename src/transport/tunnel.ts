import type { Client, ClientChannel } from 'ssh2'
import { PghaError } from '../shared/errors.ts'
import { within } from './deadline.ts'

/** A TCP stream from the machine `host`, on which `client` is logged in, to an address that it can reach. */
export async function forward(
  client: Client,
  host: string,
  address: string,
  port: number,
  timeoutMs = 10_000,
): Promise<ClientChannel> {
  const opening = openChannel(client, address, port)
  try {
    return await within(opening, timeoutMs, () => {
      // It may still open; nobody would close it.
      opening.then(
        (channel) => channel.destroy(),
        () => undefined,
      )
      throw new Error('no answer')
    })
  } catch (error) {
    throw refused(host, address, port, error)
  }
}

function openChannel(client: Client, address: string, port: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    // Throws "Not connected" itself; all else comes by the callback.
    client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
      if (error === undefined) resolve(channel)
      else reject(error)
    })
  })
}

// RFC 4254, 5.1: "administratively prohibited".
const prohibited = 1

function refused(host: string, address: string, port: number, cause: unknown): PghaError {
  const reason =
    cause instanceof Error ? cause.message.replace('(SSH) Channel open failure: ', '') : String(cause)
  const isProhibited = cause instanceof Error && 'reason' in cause && cause.reason === prohibited
  return new PghaError('failed', `${host} cannot connect to ${address}:${port}: ${reason}`, {
    host,
    isUnreachable: !isProhibited,
    hint: isProhibited
      ? `allow AllowTcpForwarding in the sshd_config of ${host}`
      : `check that the service runs and listens on ${address}:${port}`,
    cause,
  })
}
