/** What the formulas of `pgha explain rto` call it; the drill takes its bound from there. */
export type Promised =
  | 'switchover'
  | 'patroni-stopped'
  | 'patroni-killed'
  | 'patroni-hung'
  | 'postmaster-killed'
  | 'leader-lost'
  | 'haproxy-killed'
  | 'haproxy-frozen'
  | 'keepalived-lost'
  | 'dcs-server-lost'
  | 'dcs-majority-lost'
  | 'none'

/** Whom a fault befalls; who that is at the moment is asked before each round. */
export type Victim =
  | 'leader'
  | 'replica'
  | 'replicas'
  | 'sync-standby'
  | 'vip-holder'
  | 'dcs-server'
  | 'dcs-majority'
  | 'all'
  | 'cluster'

export type PowerVerb = 'off' | 'on' | 'freeze' | 'thaw' | 'reboot'

/** What scripts have to know of the cluster. All values are checked by the inventory's schema. */
export interface Setting {
  /** Addresses of the other nodes. */
  readonly others: readonly string[]
  readonly postgresPort: number
  readonly sshPort: number
  /** Undefined where no keepalived holds one. */
  readonly vip: string | undefined
  /** Of the DCS: the unit on a node, and the ports that its servers use among themselves and clients use. */
  readonly dcs: { readonly unit: string; readonly ports: readonly number[] }
}

type Script = (setting: Setting) => string

/** How a fault is brought about, and how it is taken away again. */
export type Act =
  /** Scripts run as root on each victim. `needs` ends with an error and says on stdout why the node cannot do it. */
  | { readonly kind: 'script'; readonly needs?: Script; readonly inject: Script; readonly heal: Script }
  /** By the commands below `drill.power` in the inventory, run on this machine. */
  | { readonly kind: 'power'; readonly down: PowerVerb; readonly up?: PowerVerb }
  /** Something that pgha does itself. */
  | { readonly kind: 'call'; readonly call: 'switchover' | 'rolling-restart' }

export interface Fault {
  readonly id: string
  /** One line for people. */
  readonly what: string
  readonly victim: Victim
  readonly act: Act
  readonly promised: Promised
  /** With synchronous replication, where a lost standby makes commits wait. */
  readonly promisedSync?: Promised
  /** It lasts until it is healed; else it is over as soon as it has happened. */
  readonly lasts: boolean
  /** Writers run on the victim too, straight to its PostgreSQL. */
  readonly inside: boolean
  /** Whether another leader is in order. */
  readonly mayMove: boolean
  /** With asynchronous replication: ms of acknowledgements through the VIP that it may cost (research/reliability.md 3.6). */
  readonly lossWindowMs: number
  /** Until all is whole again, in s after the heal. */
  readonly redundancySeconds: number
}

/** Most faults: a process of the leader, over at once, after which another may lead. */
export function fault(
  id: string,
  what: string,
  act: Act,
  more: Partial<Omit<Fault, 'id' | 'what' | 'act'>> & Pick<Fault, 'promised'>,
): Fault {
  return {
    ...{ id, what, act, victim: 'leader', lasts: false, inside: false, mayMove: true },
    ...{ lossWindowMs: 0, redundancySeconds: 60 },
    ...more,
  }
}
