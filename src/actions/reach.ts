import { hostname, userInfo } from 'node:os'

import { namedError, onEach } from '../engine/fleet.ts'
import { dcsServers } from '../roles/members.ts'
import type { SiteHost } from '../roles/site.ts'
import { FleetError, PghaError } from '../shared/errors.ts'
import { connect } from '../transport/connect.ts'
import type { Connection, Holder, Target } from '../transport/connection.ts'
import { breakLock } from './break-lock.ts'
import type { RunOptions } from './options.ts'
import type { RunSite } from './site.ts'
import { targetOf } from './target.ts'
import { loadRenderer } from './templates.ts'

/** Connections to all selected hosts that answered, and the errors of those that did not. */
export interface Reached {
  readonly connections: ReadonlyMap<string, Connection>
  readonly failures: readonly PghaError[]
}

/** Connects to the selected hosts at once, each once. With `lock`, each node is this run's alone until it ends. */
export function reach(site: RunSite, options: RunOptions, lock: boolean): Promise<Reached> {
  return reachHosts(site.selected, site, options, lock)
}

async function reachHosts(
  hosts: readonly SiteHost[],
  site: RunSite,
  options: RunOptions,
  lock: boolean,
): Promise<Reached> {
  const attempts = await onEach(hosts, options.forks, (host) => attempt(host, site, options, lock))
  const connections = attempts.flatMap((one) => (one instanceof PghaError ? [] : [[one.host, one] as const]))
  return {
    connections: new Map(connections),
    failures: attempts.filter((one) => one instanceof PghaError),
  }
}

/**
 * Like `reach`, for a run that changes things: a host that cannot be reached ends it, unless it was named as skipped. One
 * that answers and refuses (another host key, the login, sudo, the lock) is never skipped: it may be up and at work.
 */
export async function reachAll(site: RunSite, options: RunOptions, lock: boolean): Promise<Reached> {
  void loadRenderer()
  const reached = await reach(site, options, lock)
  const isNamed = ({ context }: PghaError) => options.skipUnreachable.includes(context.host ?? '')
  const isSkipped = (failure: PghaError) => isNamed(failure) && failure.context.isUnreachable === true
  const unexpected = reached.failures
    .filter((failure) => !isSkipped(failure))
    .map((failure) => (isNamed(failure) ? answering(failure) : failure))
  try {
    if (unexpected.length === 1 && unexpected[0] !== undefined) throw unexpected[0]
    if (unexpected.length > 1) throw new FleetError(unexpected)
    for (const { context, message } of reached.failures) {
      options.emit({ kind: 'warning', text: `${context.host ?? ''} is skipped: ${message}` })
    }
    refuseWithoutQuorum(site, reached)
  } catch (thrown) {
    await closeAll(reached)
    throw thrown
  }
  return reached
}

function answering({ kind, message, context }: PghaError): PghaError {
  const { host = '', evidence = [] } = context
  const note = `--skip-unreachable ${host} does not cover this: something answers there`
  return new PghaError(kind, message, { ...context, evidence: [...evidence, note] })
}

/** Connects to the hosts under `absent:`; one that does not answer may be dead, one that somebody works on is an error. */
export async function reachAbsent(site: RunSite, options: RunOptions, lock: boolean): Promise<Reached> {
  const reached = await reachHosts(site.absent, site, options, lock)
  const held = reached.failures.find(({ kind }) => kind !== 'failed')
  if (held === undefined) return reached
  await closeAll(reached)
  throw held
}

export async function closeAll(...all: readonly Reached[]): Promise<void> {
  const open = all.flatMap(({ connections }) => [...connections.values()])
  await Promise.all(open.map((connection) => connection.close()))
}

async function attempt(
  host: SiteHost,
  site: RunSite,
  options: RunOptions,
  lock: boolean,
): Promise<Connection | PghaError> {
  const startedMs = Date.now()
  try {
    const connection = await login(targetOf(host, site.folder), options, lock)
    options.emit({ kind: 'connected', host: host.name, ms: Date.now() - startedMs })
    return connection
  } catch (thrown) {
    return namedError(host.name, thrown)
  }
}

async function login(target: Target, options: RunOptions, lock: boolean): Promise<Connection> {
  const { acceptNew, breakLock: mayBreak = false } = options
  const open = () => connect(target, { acceptNew, ...(lock ? { holder: holderOf(options.command) } : {}) })
  if (!lock || !mayBreak) return open()
  return open().catch(async (thrown: unknown) => {
    if (!(thrown instanceof PghaError) || thrown.kind !== 'locked') throw thrown
    await breakLock(target, acceptNew)
    return open()
  })
}

/** Who holds the lock of a node, for those who come second. */
export function holderOf(command: string): Holder {
  return {
    user: userInfo().username,
    host: hostname(),
    pid: process.pid,
    command,
    since: new Date().toISOString(),
  }
}

/** A skipped host must not be one too many: the servers of the DCS that answer have to be a majority. */
function refuseWithoutQuorum(site: RunSite, { connections, failures }: Reached): void {
  if (failures.length === 0) return
  const servers = dcsServers(site.hosts)
  const missing = servers.filter(({ name }) => failures.some(({ context }) => context.host === name))
  const quorum = Math.floor(servers.length / 2) + 1
  if (servers.length === 0 || servers.length - missing.length >= quorum) return
  throw new PghaError(
    'refused',
    `${servers.length - missing.length} of ${servers.length} DCS servers are reachable, ${quorum} are needed`,
    {
      hint: `bring ${missing.map(({ name }) => name).join(' or ')} back first`,
      evidence: [...connections.keys()].map((name) => `${name} is reachable`),
    },
  )
}
