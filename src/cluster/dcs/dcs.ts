import type { Cluster, Node } from '../cluster.ts'

/** Who leads the DCS in the eyes of one of its servers, or why it does not say. */
export type DcsLeader = { readonly leader: string } | { readonly reason: string }

/** A server of the DCS that does not do its part. */
export interface DcsFault {
  readonly host: string
  /** Follows the name in brackets: `is down`. */
  readonly why: string
}

/** What keeps Patroni's leader lock, as pgha asks it: over its HTTP API, through the servers' own nodes. */
export interface Dcs {
  /** As people call it. */
  readonly title: string
  readonly unit: 'consul' | 'etcd'
  /** Where its HTTP API listens on loopback. */
  readonly port: number
  /** Between its servers. */
  readonly peerPorts: string
  /** Lines of its journal that say that there is no majority. */
  readonly noLeader: RegExp
  readonly leaderSeenBy: (cluster: Cluster, node: Node) => Promise<DcsLeader>
  /** The servers, of the inventory and of its own list, that do not vote now; whether this run contacts them or not. */
  readonly faults: (cluster: Cluster) => Promise<readonly DcsFault[]>
  /** Whether it knows a cluster of this scope: Patroni's `initialize` key. Undefined when it cannot be asked. */
  readonly isInitialized: (cluster: Cluster, namespace: string) => Promise<boolean | undefined>
}
