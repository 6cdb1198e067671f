import { createHash } from 'node:crypto'
import { cpus, totalmem } from 'node:os'

import type { Cluster } from '../cluster/cluster.ts'
import type { Setting } from '../drill/faults/fault.ts'
import { Line } from '../drill/line.ts'
import type { DrillResult } from '../drill/result.ts'
import type { SiteHost } from '../roles/site.ts'
import { connect } from '../transport/connect.ts'
import type { RunOptions } from './options.ts'
import { holderOf } from './reach.ts'
import type { RunSite } from './site.ts'
import { targetOf } from './target.ts'

/** Connections to all hosts that open themselves anew; with `isLocking` each takes the node's lock. */
export function linesTo(site: RunSite, options: RunOptions, isLocking: boolean): ReadonlyMap<string, Line> {
  const { acceptNew, command } = options
  return new Map(
    site.hosts.map((host) => {
      const lock = isLocking ? { holder: holderOf(command) } : {}
      const dial = (signal: AbortSignal) =>
        connect(targetOf(host, site.folder), { acceptNew, signal, ...lock })
      return [host.name, new Line(host.name, dial)]
    }),
  )
}

// Consul: servers' RPC, gossip in the LAN and between sites, and its HTTP API. etcd: clients and peers.
const dcsPorts = { consul: [8300, 8301, 8302, 8500], etcd: [2379, 2380] } as const

/** What the scripts of faults have to know of a host's neighbourhood. */
export function settingOf(site: RunSite, host: string): Setting {
  const own = site.hosts.find(({ name }) => name === host)
  if (own === undefined) throw new Error(`no host ${host}`)
  const dcs = dcsOf(own)
  return {
    others: site.hosts.filter(({ name }) => name !== host).map(({ vars }) => vars.address),
    postgresPort: own.vars.postgresql.port,
    sshPort: own.vars.ssh.port ?? 22,
    vip: own.vars.keepalived?.vip,
    dcs: { unit: dcs, ports: dcsPorts[dcs] },
  }
}

function dcsOf({ vars }: SiteHost): keyof typeof dcsPorts {
  return vars.roles.map(String).includes('etcd') ? 'etcd' : 'consul'
}

/** Programs by node, each with its version as it says itself. */
export async function versionsOf(cluster: Cluster): Promise<DrillResult['nodes']> {
  const script = `first() { command -v "$1" >/dev/null || return 0; "$@" 2>&1 | head -n 1 | cut -c 1-80; }
. /etc/os-release; echo "$PRETTY_NAME"; uname -sr
first systemctl --version; first patroni --version
p=$(ls /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres 2>/dev/null | tail -n 1); [ -z "$p" ] || first "$p" --version
first haproxy -v; first keepalived --version; first consul version; first etcd --version`
  return Promise.all(
    [...cluster.connections].map(async ([host, connection]) => {
      const { stdout } = await connection.run(script)
      return { host, versions: stdout.trim().split('\n') }
    }),
  )
}

/** What the figures of a report depend on. */
export function circumstances(site: RunSite): Pick<DrillResult, 'configuration' | 'machine' | 'settings'> {
  const [host] = site.hosts
  if (host === undefined) throw new Error('a site without hosts')
  const { patroni, haproxy, keepalived, postgresql } = host.vars
  // Secrets print as [redacted] in JSON: their hash would be a way to guess them.
  const text = JSON.stringify(site.hosts.map(({ name, vars }) => [name, vars]))
  return {
    configuration: createHash('sha256').update(text).digest('hex').slice(0, 16),
    machine: {
      cpus: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    settings: {
      ...{ 'postgresql.version': postgresql.version, 'patroni.ttl': patroni.ttl },
      ...{ 'patroni.loop_wait': patroni.loop_wait, 'patroni.retry_timeout': patroni.retry_timeout },
      'patroni.primary_start_timeout': patroni.primary_start_timeout,
      ...{ 'patroni.failsafe_mode': patroni.failsafe_mode, 'patroni.watchdog': patroni.watchdog },
      ...{ 'haproxy.inter_ms': haproxy.inter_ms, 'haproxy.fall': haproxy.fall, 'haproxy.rise': haproxy.rise },
      ...(keepalived === undefined ? {} : { 'keepalived.advert_seconds': keepalived.advert_seconds }),
    },
  }
}
