import * as z from 'zod'
import { absolutePath, line, secret, text, wholeNumber } from '../../inventory/fields.ts'

const Address = text(
  /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?:([1-9][0-9]{0,4})$/,
  'expected host:port, such as 198.18.1.20:2379',
)

/** etcd keeps Patroni's leader lock, where `dcs` says so. */
export const EtcdVars = z
  .strictObject({
    external: z.array(Address).min(1).optional().meta({
      description:
        'addresses (host:port) of the servers of an etcd that exists already; then none is installed',
    }),
    user: line().optional().meta({ description: 'user that Patroni logs in as, of an external etcd' }),
    password: secret().optional().meta({ description: 'password of that user' }),
    cacert: absolutePath().optional().meta({
      description: 'file on the nodes with the authority of an external etcd, which is then asked over TLS',
    }),
    server: z.boolean().default(true).meta({ description: 'whether this node runs one of the servers' }),
    data_dir: absolutePath()
      .default('/var/lib/etcd/pgha')
      .meta({ description: 'where the server keeps its state' }),
    initial_cluster_state: z.enum(['new', 'existing']).default('new').meta({
      description:
        'existing: a server that joins others, which know it by `etcdctl member add`; counts at its first start',
    }),
    heartbeat_ms: wholeNumber(10, 10_000).default(100).meta({
      description: 'ms between heartbeats of the leader of etcd; about the round trip between the nodes',
    }),
    election_timeout_ms: wholeNumber(100, 50_000).default(1000).meta({
      description: 'ms of silence after which another server leads; ten heartbeats or more',
    }),
  })
  .refine(({ heartbeat_ms, election_timeout_ms }) => election_timeout_ms >= 5 * heartbeat_ms, {
    error: 'election_timeout_ms has to be five times heartbeat_ms or more, or etcd does not start',
    path: ['election_timeout_ms'],
  })
  .refine(({ external, user, password, cacert }) => external !== undefined || !(user ?? password ?? cacert), {
    error: 'user, password and cacert are for an external etcd: the servers that pgha builds have neither',
  })

export type EtcdVars = z.infer<typeof EtcdVars>
