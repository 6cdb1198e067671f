import * as z from 'zod'
import { absolutePath, secret, text, wholeNumber } from '../../inventory/fields.ts'

const GossipKey = secret({
  pattern: /^([A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{32}|[A-Za-z0-9+/]{43}=)$/,
  message: 'expected the base64 of 16, 24 or 32 bytes, as `consul keygen` prints it',
})

const Address = text(
  /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?:([1-9][0-9]{0,4})$/,
  'expected host:port, such as 198.18.1.20:8500',
)

/** Consul keeps Patroni's leader lock. */
export const ConsulVars = z.strictObject({
  external: z.array(Address).min(1).optional().meta({
    description: 'addresses (host:port) of a Consul that exists already; then none is installed',
  }),
  datacenter: text(/^[a-z0-9_-]{1,63}$/, 'expected lower-case letters, digits, _ and -')
    .default('dc1')
    .meta({ description: 'name of the Consul datacenter' }),
  server: z
    .boolean()
    .default(true)
    .meta({ description: 'whether this node votes; else it runs a client agent' }),
  gossip_key: GossipKey.optional().meta({
    description: 'encrypts gossip between agents; from `consul keygen`',
  }),
  token: secret().optional().meta({ description: 'ACL token that Patroni presents' }),
  data_dir: absolutePath()
    .default('/var/lib/consul')
    .meta({ description: 'where the agent keeps its state' }),
  cleanup_dead_servers: z.boolean().default(false).meta({
    description:
      'whether Consul takes a server that is gone out of its raft; one that comes back then has no vote for 10 to 20 s',
  }),
  raft_multiplier: wholeNumber(1, 10).default(1).meta({
    description: 'scales the timeouts of leader elections: 1 is fastest, 5 suits slow machines',
  }),
})

export type ConsulVars = z.infer<typeof ConsulVars>
