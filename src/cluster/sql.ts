import type { Duplex } from 'node:stream'

import { messageOf, PghaError } from '../shared/errors.ts'
import type { Cluster } from './cluster.ts'
import type { Connection } from '../transport/connection.ts'

export type Row = Readonly<Record<string, unknown>>

const connectTimeoutMs = 8_000
const queryTimeoutMs = 8_000

/** Runs one statement as the superuser over a tunnel through a node, on a connection of its own. */
export async function query(
  cluster: Cluster,
  connection: Connection,
  place: { readonly address: string; readonly port: number },
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  // Loaded only by what speaks SQL: it takes 50 ms.
  const { default: pg } = await import('pg')
  const tunnel = await connection.tunnel(place.address, place.port)
  const client = new pg.Client({
    user: cluster.superuser.user,
    password: cluster.superuser.password.reveal(),
    database: 'postgres',
    application_name: 'pgha',
    stream: () => asSocket(tunnel),
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
  })
  // Without a listener an error between two calls would end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<Record<string, unknown>>(sql, [...values])
    return rows
  } catch (thrown) {
    const message = `${place.address}:${place.port}: ${messageOf(thrown)}`
    throw new PghaError('failed', message, { host: connection.host, cause: thrown })
  } finally {
    // Never waited for: a frozen server would hold us here.
    client.end().catch(() => undefined)
    setTimeout(() => tunnel.destroy(), 500).unref()
  }
}

/** What pg expects of a socket beyond a stream: the tunnel is connected already, and has no such options. */
export function asSocket(tunnel: Duplex): Duplex {
  const nothing = () => tunnel
  return Object.assign(tunnel, {
    connect: () => {
      setImmediate(() => tunnel.emit('connect'))
      return tunnel
    },
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  })
}
