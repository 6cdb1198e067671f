import * as z from 'zod'
import { duration, port, wholeNumber } from '../../inventory/fields.ts'
import { defaults } from '../profiles.ts'

const BindAddress = z.union([z.literal('*'), z.ipv4()], { error: 'expected * or an IPv4 address' })

const maxMs = 600_000

/** HAProxy sends clients to the leader and to the replicas. */
export const HaproxyVars = z.strictObject({
  primary_port: port().default(5000).meta({ description: 'port that leads to the leader' }),
  replica_port: z
    .union([port(), z.literal('off')], { error: 'expected a port, or off' })
    .default(5001)
    .meta({ description: 'port that leads to the replicas; off: there is none' }),
  status_port: port()
    .default(7000)
    .meta({ description: "health page on 127.0.0.1, asked by keepalived's check" }),
  bind: z.array(BindAddress).min(1).default(['*']).meta({ description: 'addresses to listen on' }),
  maxconn: wholeNumber(1, 1_000_000)
    .default(800)
    .meta({ description: 'client connections at once, per node' }),
  server_maxconn: wholeNumber(1, 1_000_000).default(90).meta({
    description: 'connections to one PostgreSQL at once; further clients wait in line',
  }),
  inter_ms: wholeNumber(100, maxMs)
    .default(defaults.haproxy.inter_ms)
    .meta({ description: 'ms between checks of a healthy server' }),
  fastinter_ms: wholeNumber(100, maxMs)
    .default(defaults.haproxy.fastinter_ms)
    .meta({ description: 'ms between checks of a server in doubt' }),
  downinter_ms: wholeNumber(100, maxMs)
    .default(defaults.haproxy.downinter_ms)
    .meta({ description: 'ms between checks of a server that is down' }),
  fall: wholeNumber(1, 100)
    .default(defaults.haproxy.fall)
    .meta({ description: 'failed checks until a server is down' }),
  rise: wholeNumber(1, 100)
    .default(defaults.haproxy.rise)
    .meta({ description: 'good checks until a server is up' }),
  check_timeout_ms: wholeNumber(100, maxMs)
    .default(defaults.haproxy.check_timeout_ms)
    .meta({ description: 'ms until a check without answer fails' }),
  connect_timeout_ms: wholeNumber(100, maxMs)
    .default(defaults.haproxy.connect_timeout_ms)
    .meta({ description: 'ms to connect to a server' }),
  tcp_user_timeout_ms: wholeNumber(1000, maxMs).optional().meta({
    description: 'ms that a peer may leave data unacknowledged; needs HAProxy 2.3',
  }),
  keepalive_idle_seconds: wholeNumber(1, 7200).optional().meta({
    description: 'seconds of silence before TCP keepalives; needs HAProxy 2.3; default: the kernel decides',
  }),
  keepalive_interval_seconds: wholeNumber(1, 600).optional().meta({
    description: 'seconds between TCP keepalives; needs HAProxy 2.3',
  }),
  keepalive_count: wholeNumber(1, 100).optional().meta({
    description: 'TCP keepalives without an answer until a peer counts as gone; needs HAProxy 2.3',
  }),
  client_timeout: duration().default('3h').meta({ description: 'idle time after which a client is cut off' }),
  server_timeout: duration()
    .default('3h')
    .meta({ description: 'idle time after which a server connection is cut off' }),
  replica_max_lag: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(16_777_216).meta({
    description: 'bytes a replica may lag behind and still get clients',
  }),
})

export type HaproxyVars = z.infer<typeof HaproxyVars>
