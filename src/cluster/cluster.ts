import { PghaError } from '../shared/errors.ts'
import type { Secret } from '../shared/secret.ts'
import type { Connection } from '../transport/connection.ts'

/** A node that runs PostgreSQL under Patroni. */
export interface Member {
  /** Name in the inventory. */
  readonly host: string
  /** Name in Patroni. */
  readonly name: string
  readonly address: string
  readonly port: number
  readonly restPort: number
}

/** A node whose HAProxy sends clients to members, and which may hold the VIP. */
export interface Balancer {
  readonly host: string
  readonly address: string
  readonly primaryPort: number
  /** Undefined where HAProxy leads nobody to the replicas. */
  readonly replicaPort: number | undefined
}

export interface Node {
  readonly host: string
  readonly address: string
}

/** Whether commits wait for replicas, and for how many. */
export interface Synchronous {
  readonly mode: 'off' | 'on' | 'strict' | 'quorum'
  readonly count: number
}

/** A running cluster as this run can reach it. Who leads is asked, never written down. */
export interface Cluster {
  readonly scope: string
  readonly members: readonly Member[]
  readonly balancers: readonly Balancer[]
  /** Nodes that may hold the VIP. */
  readonly vipNodes: readonly Node[]
  readonly vip: string
  /** What keeps the leader lock. */
  readonly dcs: 'consul' | 'etcd'
  /** Empty when the DCS is somebody else's. */
  readonly dcsServers: readonly Node[]
  /** For calls of Patroni's REST API that change something. */
  readonly rest: { readonly user: string; readonly password: Secret }
  /** What commits should wait for; undefined when the inventory leaves that to the DCS. */
  readonly synchronous?: Synchronous | undefined
  readonly superuser: { readonly user: string; readonly password: Secret }
  /** Hosts that `--limit` leaves out: nothing is known of them, which is no fault. */
  readonly outside: readonly string[]
  /** Connections of this run by host; under `--limit` not all hosts have one. */
  readonly connections: ReadonlyMap<string, Connection>
}

/** The way to a node: its own connection, or through another node when this run has not contacted it. */
export function wayTo(cluster: Cluster, host: string): Connection {
  const connection = cluster.connections.get(host) ?? [...cluster.connections.values()][0]
  if (connection !== undefined) return connection
  throw new PghaError('failed', 'no node of the cluster is reachable', { host })
}
