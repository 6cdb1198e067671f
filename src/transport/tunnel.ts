import type { Client, ClientChannel } from 'ssh2'
import { PghaError } from '../shared/errors.ts'

/** A TCP stream from the machine `host`, on which `client` is logged in, to an address that it can reach. */
export function forward(client: Client, host: string, address: string, port: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    try {
      client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
        if (error === undefined) resolve(channel)
        else reject(refused(host, address, port, error))
      })
    } catch (error) {
      // ssh2 throws "Not connected" instead of calling back.
      reject(refused(host, address, port, error))
    }
  })
}

// RFC 4254, 5.1: 1 is "administratively prohibited".
const prohibited = 1

function refused(host: string, address: string, port: number, cause: unknown): PghaError {
  const isError = cause instanceof Error
  const isProhibited = isError && 'reason' in cause && cause.reason === prohibited
  const reason = isError ? cause.message.replace('(SSH) Channel open failure: ', '') : String(cause)
  return new PghaError('failed', `${host} cannot connect to ${address}:${port}: ${reason}`, {
    host,
    hint: isProhibited
      ? `allow AllowTcpForwarding in the sshd_config of ${host}`
      : `check that the service runs and listens on ${address}:${port}`,
    cause,
  })
}
