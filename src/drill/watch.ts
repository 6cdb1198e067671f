import { setTimeout as sleep } from 'node:timers/promises'

import type { Cluster, Member } from '../cluster/cluster.ts'
import { wayTo } from '../cluster/cluster.ts'
import { asSocket } from '../cluster/sql.ts'
import type { StateSample, VipSample } from './log.ts'
import { stateSql } from './workload/schema.ts'
import { looksSeconds, parseVipLooks, vipLooksScript } from './vip-looks.ts'
import { Session } from './workload/session.ts'

export interface WatchLog {
  readonly states: readonly StateSample[]
  readonly vip: readonly VipSample[]
}

/** Eyes on every node, on connections of their own, so that they see what a fault does to it. */
export interface Watching {
  /** Grows until `stop`. */
  readonly log: WatchLog
  stop(): Promise<void>
}

const periodMs = 250
const answerMs = 1_500

/** `cluster.connections` are the watchers' own. Asks each node for the VIP, and each PostgreSQL whether it takes writes. */
export function startWatching(cluster: Cluster): Watching {
  const log = { states: [] as StateSample[], vip: [] as VipSample[] }
  const stop = new AbortController()
  const loops = [
    ...cluster.vipNodes.map(({ host }) => watchVip(cluster, host, log.vip, stop.signal)),
    ...cluster.members.map((member) => watchState(cluster, member, log.states, stop.signal)),
  ]
  return {
    log,
    stop: async () => {
      stop.abort()
      await Promise.all(loops)
    },
  }
}

async function watchVip(
  cluster: Cluster,
  host: string,
  log: VipSample[],
  signal: AbortSignal,
): Promise<void> {
  const script = vipLooksScript(cluster.vip)
  while (!signal.aborted) {
    const beganMs = performance.now()
    const looks = await wayTo(cluster, host)
      .run(script, { timeoutMs: looksSeconds * 1000 + answerMs, isQuery: true })
      .then(
        ({ stdout }) => parseVipLooks(stdout, beganMs, performance.now()),
        () => undefined,
      )
    if (looks !== undefined && looks.length > 0) log.push(...looks.map((look) => ({ host, ...look })))
    else {
      log.push({ host, beganMs, endedMs: performance.now(), holds: undefined })
      await pause(signal)
    }
  }
}

async function watchState(
  cluster: Cluster,
  member: Member,
  log: StateSample[],
  signal: AbortSignal,
): Promise<void> {
  let session: Session | undefined
  while (!signal.aborted) {
    const beganMs = performance.now()
    const sample = { member: member.name, beganMs }
    try {
      session ??= await openSession(cluster, member)
      const { rows } = await session.query(stateSql)
      log.push({
        ...{ ...sample, endedMs: performance.now(), startedAt: String(rows[0]?.['started']) },
        state: rows[0]?.['replica'] === false ? 'writable' : 'read-only',
      })
    } catch {
      session?.destroy()
      session = undefined
      log.push({ ...sample, endedMs: performance.now(), state: 'silent' })
    }
    await pause(signal)
  }
  session?.destroy()
}

/** Over the node's loopback: a partition cuts that off last. */
export async function openSession(cluster: Cluster, member: Member): Promise<Session> {
  const tunnel = await wayTo(cluster, member.host).tunnel('127.0.0.1', member.port)
  const place = { ...cluster.superuser, address: '127.0.0.1', port: member.port }
  return Session.open(place, { connectMs: answerMs, answerMs, stream: asSocket(tunnel) })
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(periodMs, undefined, { signal }).catch(() => undefined)
}
