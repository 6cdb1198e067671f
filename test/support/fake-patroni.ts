import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'

import type { Cluster } from '../../src/cluster/cluster.ts'
import { Secret } from '../../src/shared/secret.ts'
import type { Connection } from '../../src/transport/connection.ts'
import { type Canned, recordingConnection, type RecordingConnection } from './fake-connection.ts'

/** What an HTTP server answers: a status and a body (JSON unless text); or it takes the request and stays silent. */
export type Reply = { readonly status?: number; readonly body: unknown } | 'silent'

/** A node of the fake cluster. Tests change it between two looks. */
export interface FakeNode {
  readonly host: string
  readonly address: string
  /** Body of `GET /patroni`; undefined: nothing listens there. */
  patroni: Readonly<Record<string, unknown>> | Reply | undefined
  /** Members of `GET /cluster` in the eyes of this one. */
  cluster: readonly Readonly<Record<string, unknown>>[] | Reply | undefined
  /** Who leads Consul in the eyes of this agent; empty: nobody; undefined: nothing listens. */
  consul: string | undefined
  /** In Consul's raft, if it is there at all; true by default. */
  isVoter?: boolean | 'unknown'
  holdsVip: boolean
  journal: string
}

export interface FakeRequest {
  readonly to: string
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}

export interface FakeCluster {
  readonly cluster: Cluster
  readonly nodes: readonly FakeNode[]
  readonly connections: ReadonlyMap<string, RecordingConnection>
  /** HTTP requests that arrived, in order. */
  readonly requests: readonly FakeRequest[]
  /** The cluster over the connections of these hosts only, as under `--limit`. */
  readonly seenFrom: (...hosts: readonly string[]) => Cluster
  /** Answers for paths beyond the usual ones, e.g. `/v1/kv/…`; a function may change the nodes. */
  readonly reply: (path: string, reply: Reply | Handler) => void
}

export type Handler = (node: FakeNode, body: string) => Reply

export const vip = '198.18.1.100'
export const scope = 'main'

/** What Patroni 4.0.7 of Debian 13 says of itself. */
export function leading(...fed: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    state: 'running',
    role: 'primary',
    timeline: 1,
    server_version: 170012,
    xlog: { location: 84_098_704 },
    replication: fed.map((name) => ({
      usename: 'replicator',
      application_name: name,
      state: 'streaming',
      sync_state: 'async',
    })),
    dcs_last_seen: 1_795_376_066,
    patroni: { version: '4.0.7', scope },
  }
}

export function replicating(lag = 0): Readonly<Record<string, unknown>> {
  const location = 84_098_704 - lag
  return {
    state: 'running',
    role: 'replica',
    server_version: 170012,
    xlog: { received_location: location, replayed_location: location, paused: false },
    timeline: null,
    replication_state: 'streaming',
    dcs_last_seen: 1_795_376_067,
    patroni: { version: '4.0.7', scope },
  }
}

/** A healthy cluster: the first host leads, the others stream from it, the last holds the VIP. */
export function fakeCluster(hosts: readonly string[] = ['n1', 'n2', 'n3']): FakeCluster {
  const requests: FakeRequest[] = []
  const replies = new Map<string, Reply | Handler>()
  const nodes = hosts.map((host, index) => healthyNode(host, index, hosts))
  const dial = dialler(nodes, replies, requests)
  const connections = new Map(
    nodes.map((node) => {
      const connection = recordingConnection((script) => answerTo(node, script, nodes), node.host)
      const tunnel: Connection['tunnel'] = (address, port) => dial(node, address, port)
      return [node.host, { ...connection, runs: connection.runs, tunnel }] as const
    }),
  )
  const cluster = clusterOf(nodes, connections)
  return {
    cluster,
    nodes,
    connections,
    requests,
    seenFrom: (...seen) => ({
      ...cluster,
      connections: new Map([...connections].filter(([host]) => seen.includes(host))),
    }),
    reply: (path, reply) => replies.set(path, reply),
  }
}

function healthyNode(host: string, index: number, hosts: readonly string[]): FakeNode {
  const [leader = host, ...replicas] = hosts
  const address = `198.18.1.${11 + index}`
  return {
    host,
    address,
    patroni: index === 0 ? leading(...replicas) : replicating(),
    cluster: hosts.map((name) => ({
      name,
      timeline: 1,
      ...(name === leader
        ? { role: 'leader', state: 'running' }
        : { role: 'replica', state: 'streaming', lag: 0 }),
    })),
    consul: '198.18.1.12:8300',
    holdsVip: index === hosts.length - 1,
    journal: '',
  }
}

function clusterOf(nodes: readonly FakeNode[], connections: ReadonlyMap<string, Connection>): Cluster {
  const places = nodes.map(({ host, address }) => ({ host, address }))
  return {
    scope,
    members: places.map((place) => ({ ...place, name: place.host, port: 5432, restPort: 8008 })),
    balancers: places.map((place) => ({ ...place, primaryPort: 5000, replicaPort: 5001 })),
    vipNodes: places,
    vip,
    dcs: 'consul',
    dcsServers: places,
    rest: { user: 'patroni', password: new Secret('canary-rest-password') },
    superuser: { user: 'postgres', password: new Secret('canary-superuser') },
    outside: [],
    connections,
  }
}

function answerTo(node: FakeNode, script: string, nodes: readonly FakeNode[]): Canned {
  if (script.includes('raft list-peers')) {
    const up = nodes.filter(({ consul }) => consul !== undefined && consul !== '')
    // An agent that knows no leader cannot say who votes.
    const voters = up.includes(node) ? nodes.filter(({ isVoter = true }) => isVoter !== 'unknown') : []
    return (
      voters.map(({ host, isVoter = true }) => `P|${host}|${isVoter}\n`).join('') +
      up.map(({ host }) => `A|${host}|alive\n`).join('')
    )
  }
  if (script.includes('journalctl')) return node.journal
  if (script.includes(`addr show to ${vip}`)) return { code: node.holdsVip ? 0 : 1 }
  return ''
}

/** Gives the client's end of a connection whose other end an HTTP server of this process serves. */
function dialler(
  nodes: readonly FakeNode[],
  replies: ReadonlyMap<string, Reply | Handler>,
  requests: FakeRequest[],
) {
  return (from: FakeNode, address: string, port: number): Promise<Duplex> => {
    const node = address === '127.0.0.1' ? from : nodes.find((one) => one.address === address)
    if (node === undefined || !listens(node, port)) {
      return Promise.reject(
        new Error(`${from.host} cannot connect to ${address}:${port}: Connection refused`),
      )
    }
    const server = createServer((request, response) => {
      void serve(request, response, `${node.host}:${port}`, requests, (path, body) => {
        const reply = replies.get(path) ?? replyOf(node, path)
        return typeof reply === 'function' ? reply(node, body) : reply
      })
    })
    const [ours, theirs] = duplexPair()
    server.emit('connection', theirs)
    return Promise.resolve(ours)
  }
}

function listens(node: FakeNode, port: number): boolean {
  if (port === 8008) return node.patroni !== undefined
  return (port === 8500 || port === 2379) && node.consul !== undefined
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  to: string,
  requests: FakeRequest[],
  replyTo: (path: string, body: string) => Reply,
): Promise<void> {
  const { method = '', url: path = '', headers } = request
  let body = ''
  for await (const chunk of request) body += String(chunk)
  requests.push({ to, method, path, authorization: headers.authorization, body })
  const reply = replyTo(path, body)
  if (reply === 'silent') return
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
  response.writeHead(reply.status ?? 200).end(text)
}

function replyOf({ patroni, cluster, consul }: FakeNode, path: string): Reply {
  if (path === '/patroni') return asReply(patroni)
  if (path === '/cluster') return Array.isArray(cluster) ? { body: { members: cluster } } : asReply(cluster)
  if (path === '/v1/status/leader') return { body: JSON.stringify(consul) }
  if (path === `/v1/kv/service/${scope}/initialize?raw`) return { body: '7711082444017771283' }
  return { status: 404, body: '' }
}

function asReply(answer: unknown): Reply {
  if (answer === 'silent') return 'silent'
  if (typeof answer !== 'object' || answer === null) return { status: 503, body: '' }
  return 'body' in answer ? { ...answer, body: answer.body } : { body: answer }
}

/** Lets a fake cluster do what `POST /restart` and `POST /switchover` ask; each start of PostgreSQL has its own time. */
export function obeying(fake: FakeCluster): FakeCluster {
  let starts = 0
  const started = (body: Readonly<Record<string, unknown>>) => ({
    ...body,
    pending_restart: false,
    postmaster_start_time: `start ${(starts += 1)}`,
  })
  const bodyOf = ({ patroni }: FakeNode) => (typeof patroni === 'object' ? { ...patroni } : {})
  for (const node of fake.nodes) node.patroni = { ...bodyOf(node), postmaster_start_time: `of ${node.host}` }
  fake.reply('/restart', (node) => {
    node.patroni = started(bodyOf(node))
    return { body: 'restarted' }
  })
  fake.reply('/switchover', (from, body) => {
    const to = fake.nodes.find(({ host }) => body.includes(`"candidate":"${host}"`))
    if (to === undefined) return { status: 412, body: 'no such candidate' }
    const fed = fake.nodes.map(({ host }) => host).filter((host) => host !== to.host)
    const { postmaster_start_time } = { postmaster_start_time: undefined, ...bodyOf(to) }
    to.patroni = { ...leading(...fed), postmaster_start_time }
    from.patroni = started(replicating())
    return { body: 'switched over' }
  })
  return fake
}
