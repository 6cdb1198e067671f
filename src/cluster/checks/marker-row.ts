import { randomUUID } from 'node:crypto'

import { messageOf } from '../../shared/errors.ts'
import { type Look, waitFor } from '../../shared/retry.ts'
import { type Balancer, type Cluster, wayTo } from '../cluster.ts'
import { query } from '../sql.ts'
import type { Check } from './check.ts'

// A replica that streams has it in milliseconds; more than this is news.
const arrivalTimeoutMs = 5_000

/** A row written through the VIP arrives behind the replicas' port and on every member; Patroni's own view may be stale. */
export const markerRow: Check = {
  name: 'write through the VIP',
  async run(cluster) {
    const [balancer] = cluster.balancers
    if (balancer === undefined) return { ok: false, summary: 'no HAProxy in the inventory', figures: {} }
    try {
      return await writeAndRead(cluster, balancer)
    } catch (thrown) {
      return { ok: false, summary: `through ${cluster.vip}: ${messageOf(thrown)}`, figures: {} }
    }
  },
}

async function writeAndRead(cluster: Cluster, balancer: Balancer) {
  const marker = randomUUID()
  const writtenMs = Date.now()
  await write(cluster, balancer, marker)
  const ackMs = Date.now() - writtenMs
  const { replicaPort } = balancer
  const replicas =
    cluster.members.length > 1 && replicaPort !== undefined
      ? [{ ...balancer, port: replicaPort, name: 'the replicas port' }]
      : []
  const places = [...replicas, ...cluster.members]
  const arrivals = await Promise.all(places.map((place) => arrival(cluster, place, marker)))
  const missing = arrivals.flatMap((reason, index) =>
    reason === undefined ? [] : [`${places[index]?.name ?? ''}: ${reason}`],
  )
  return {
    ok: missing.length === 0,
    summary:
      missing.length === 0
        ? `acknowledged in ${ackMs} ms, read back on ${cluster.members.length} members`
        : missing.join('; '),
    figures: { ackMs, readBack: places.length - missing.length, places: places.length },
  }
}

async function write(cluster: Cluster, balancer: Balancer, marker: string): Promise<void> {
  const vip = { address: cluster.vip, port: balancer.primaryPort }
  const way = wayTo(cluster, balancer.host)
  await query(cluster, way, vip, makeTable)
  await query(cluster, way, vip, insert, [marker])
}

// Two checks that begin at once would both find no table, and "if not exists" fails the second. Earlier versions had a
// table pgha.marker with one row for all, which several checks took from each other; it is left alone.
const makeTable = `do $$ begin
  perform pg_advisory_xact_lock(hashtext('pgha.markers'));
  create schema if not exists pgha;
  create table if not exists pgha.markers (value uuid primary key, at timestamptz not null);
end $$`

/** A row for each check, and none that is older than a day. */
const insert = `with old as (delete from pgha.markers where at < now() - interval '1 day')
  insert into pgha.markers values ($1, now())`

/** Why the marker did not arrive in time, or undefined when it did. */
async function arrival(
  cluster: Cluster,
  place: { readonly host: string; readonly address: string; readonly port: number },
  marker: string,
): Promise<string | undefined> {
  const look = async (): Promise<Look<true>> => {
    try {
      const [row] = await query(
        cluster,
        wayTo(cluster, place.host),
        place,
        'select value from pgha.markers where value = $1',
        [marker],
      )
      return row !== undefined
        ? { done: true, value: true }
        : { done: false, waitingFor: 'the row is not there' }
    } catch (thrown) {
      return { done: false, waitingFor: messageOf(thrown) }
    }
  }
  const waited = await waitFor(look, { timeoutMs: arrivalTimeoutMs, intervalMs: 100 })
  return waited.ok ? undefined : waited.waitingFor
}
