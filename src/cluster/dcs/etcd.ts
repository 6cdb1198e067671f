import { z } from 'zod'

import { messageOf } from '../../shared/errors.ts'
import { type Cluster, type Node, wayTo } from '../cluster.ts'
import { type HttpAnswer, httpGet, httpSend } from '../http.ts'
import type { Dcs, DcsFault, DcsLeader } from './dcs.ts'
import { silentAmong } from './silent.ts'

const port = 2379

/** Servers on the nodes; asked on loopback, through the gateway of the v3 API. */
export const etcd: Dcs = {
  title: 'etcd',
  unit: 'etcd',
  port,
  peerPorts: 'port 2380',
  noLeader:
    /no leader|lost leader|lost the (?:tcp|TCP) streaming connection|is starting a new election|dial tcp .*refused/,
  leaderSeenBy,
  faults,
  isInitialized,
}

const Status = z.object({ leader: z.string().optional() })
const Health = z.object({ health: z.union([z.string(), z.boolean()]) })
const Members = z.object({
  members: z.array(
    z.object({
      name: z.string().optional(),
      isLearner: z.boolean().optional(),
      clientURLs: z.array(z.string()).optional(),
    }),
  ),
})
const Range = z.object({ kvs: z.array(z.unknown()).optional() })

/** `/health` reads through the majority: a server that is cut off remembers a leader, but is not healthy. */
async function leaderSeenBy(cluster: Cluster, { host, address }: Node): Promise<DcsLeader> {
  // It listens on the node's address, too: one that this run does not contact is asked from another node.
  const place = cluster.connections.has(host) ? '127.0.0.1' : address
  try {
    const health = await httpGet(wayTo(cluster, host), place, port, '/health')
    const healthy = Health.safeParse(jsonOf(health)).data?.health
    if (String(healthy) !== 'true') return { reason: `no leader (HTTP ${health.status})` }
    const status = await call(cluster, host, place, '/maintenance/status', {})
    const leader = Status.safeParse(jsonOf(status)).data?.leader ?? '0'
    return leader === '0' ? { reason: `no leader (HTTP ${status.status})` } : { leader: `member ${leader}` }
  } catch (thrown) {
    return { reason: messageOf(thrown) }
  }
}

/** Those of the inventory, and those that etcd itself counts and the inventory does not know. */
async function faults(cluster: Cluster): Promise<readonly DcsFault[]> {
  const members = await membersOf(cluster)
  const known = cluster.dcsServers.map(({ host }) => host)
  const others = members.filter(({ name }) => !known.includes(name ?? ''))
  const strangers = others.flatMap(({ name, clientURLs = [] }) =>
    clientURLs.slice(0, 1).map((url) => ({ host: name ?? url, address: new URL(url).hostname })),
  )
  // One that has never started has neither name nor address.
  const unborn = others.filter(({ clientURLs = [] }) => clientURLs.length === 0)
  const learners = members.filter(({ isLearner }) => isLearner === true)
  return [
    ...(await silentAmong([...cluster.dcsServers, ...strangers], cluster, leaderSeenBy)),
    ...unborn.map(({ name }) => ({ host: name ?? 'a new one', why: 'has not started yet' })),
    ...learners.map(({ name }) => ({ host: name ?? 'a new one', why: 'does not vote yet' })),
  ]
}

/** The first that answers tells; none when nobody does. */
async function membersOf(cluster: Cluster): Promise<z.infer<typeof Members>['members']> {
  for (const { host } of cluster.dcsServers) {
    if (!cluster.connections.has(host)) continue
    try {
      const answer = await call(cluster, host, '127.0.0.1', '/cluster/member/list', {})
      const { data } = Members.safeParse(jsonOf(answer))
      if (data !== undefined) return data.members
    } catch {
      // Its silence is found by who asks for its leader.
    }
  }
  return []
}

async function isInitialized(cluster: Cluster, namespace: string): Promise<boolean | undefined> {
  const [node] = cluster.dcsServers.filter(({ host }) => cluster.connections.has(host))
  if (node === undefined) return undefined
  const key = Buffer.from(`${namespace.replace(/\/+$/, '')}/${cluster.scope}/initialize`).toString('base64')
  const answer = await call(cluster, node.host, '127.0.0.1', '/kv/range', { key })
  if (answer.status !== 200) return undefined
  return (Range.safeParse(jsonOf(answer)).data?.kvs ?? []).length > 0
}

/** etcd 3.3, of EL 7, has the gateway below /v3beta. */
async function call(
  cluster: Cluster,
  host: string,
  address: string,
  path: string,
  body: object,
): Promise<HttpAnswer> {
  const send = (version: string) =>
    httpSend(wayTo(cluster, host), {
      ...{ method: 'POST', address, port, path: `/${version}${path}` },
      body: JSON.stringify(body),
    })
  const answer = await send('v3')
  return answer.status === 404 ? send('v3beta') : answer
}

function jsonOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
