import type { MemberStatus } from '../members.ts'
import type { Cluster } from '../cluster.ts'

/** A line of a journal and its age when the node was examined. */
export interface Line {
  readonly secondsAgo: number
  readonly text: string
}

export interface UnitState {
  /** `loaded`, `masked`, `not-found`. */
  readonly load: string
  /** `active`, `activating`, `failed`, `inactive`, ... */
  readonly active: string
}

export interface Disk {
  readonly mount: string
  readonly what: 'bytes' | 'inodes'
  readonly size: number
  readonly available: number
}

/** A socket that something listens on; who it is shows only where root may see it. */
export interface Listener {
  readonly address: string
  readonly port: number
  readonly program: string | undefined
  readonly pid: number | undefined
  /** The unit that the program belongs to, e.g. `patroni.service`. */
  readonly unit: string | undefined
}

export interface DataDirectory {
  readonly path: string
  readonly hasData: boolean
  /** Of the data on disk; undefined where there is none, or where it cannot be read. */
  readonly systemId: string | undefined
}

/** All that one round trip tells of a node. */
export interface NodeExam {
  readonly host: string
  /** The node's clock minus ours, in seconds. */
  readonly clockOffset: number
  readonly units: ReadonlyMap<string, UnitState>
  /** By unit: the lines of its present run, or the last ones of a unit that is down. */
  readonly journals: ReadonlyMap<string, readonly Line[]>
  readonly disks: readonly Disk[]
  readonly listeners: readonly Listener[]
  readonly addresses: readonly string[]
  readonly data: DataDirectory
}

/** What causes are looked for in. */
export interface Exam {
  readonly cluster: Cluster
  readonly nodes: readonly NodeExam[]
  /** What each member says of itself. */
  readonly members: readonly MemberStatus[]
  /** The members asked once more, when a replica was ahead of its leader the first time. */
  readonly membersAgain: readonly MemberStatus[]
  /** What each agent of the DCS knows of its leader, by host; undefined: it knows none. */
  readonly dcsLeaders: ReadonlyMap<string, string | undefined>
}

/** The units that make a cluster, in the order in which one needs the other. */
export const units = ['consul', 'etcd', 'patroni', 'haproxy', 'keepalived'] as const

export type UnitName = (typeof units)[number]

/** Units that ought to run on a host. */
export function unitsOn(
  { members, balancers, vipNodes, dcs, dcsServers }: Cluster,
  host: string,
): readonly UnitName[] {
  const has = (nodes: readonly { readonly host: string }[]) => nodes.some((node) => node.host === host)
  return [
    ...(has(dcsServers) ? ([dcs] as const) : []),
    ...(has(members) ? (['patroni'] as const) : []),
    ...(has(balancers) ? (['haproxy'] as const) : []),
    ...(has(vipNodes) ? (['keepalived'] as const) : []),
  ]
}

/** What the member on a host says of itself; undefined for a host that is none. */
export function memberOn({ cluster, members }: Exam, host: string): MemberStatus | undefined {
  const name = cluster.members.find((member) => member.host === host)?.name
  return members.find((member) => member.name === name)
}

/** A replica that streams, or a leader: then errors in its journal are history. */
export function isWell(member: MemberStatus): boolean {
  return member.isLeader || member.isStreaming
}
