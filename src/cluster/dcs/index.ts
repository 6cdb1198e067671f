import type { Cluster } from '../cluster.ts'
import { consul } from './consul.ts'
import type { Dcs } from './dcs.ts'
import { etcd } from './etcd.ts'

const known: Readonly<Record<Cluster['dcs'], Dcs>> = { consul, etcd }

/** The DCS of a cluster. */
export function dcsOf({ dcs }: Cluster): Dcs {
  return known[dcs]
}
