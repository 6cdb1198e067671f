import { memberNamed } from '../cluster/candidate.ts'
import { type Cluster, wayTo } from '../cluster/cluster.ts'
import { PghaError } from '../shared/errors.ts'
import type { Arena } from './arena.ts'
import { type Clock, startInside, stopInside } from './inside.ts'
import type { RoundLog } from './log.ts'
import type { Live } from './pulse.ts'
import { startWatching } from './watch.ts'
import type { Place } from './workload/session.ts'
import { startWorkload } from './workload/workload.ts'

export type Seen = Pick<
  RoundLog,
  'attempts' | 'registers' | 'reads' | 'states' | 'vip' | 'startedMs' | 'endedMs' | 'clockMarginMs'
>

/** Everybody who looks at the cluster in a round: clients at its address, eyes on the nodes, writers inside the victims. */
export interface Clients {
  readonly live: Live
  /** Ends all of them and gives what they saw. */
  stop(): Promise<Seen>
}

export interface ClientOptions {
  readonly run: string
  /** Nodes with a writer of their own, and after how many seconds that ends at the latest. */
  readonly inside: readonly string[]
  readonly insideSeconds: number
}

export async function startClients(options: ClientOptions, arena: Arena): Promise<Clients> {
  const { cluster, watched, writers, thinkMs, random, onAck } = arena
  const startedMs = performance.now()
  const insiders = await Promise.all(options.inside.map((host) => enter(host, options, cluster)))
  const watching = startWatching(watched)
  const workload = startWorkload({
    ...{ run: options.run, writers, thinkMs, random, ...placesOf(cluster) },
    ...(onAck === undefined ? {} : { onAck }),
  })
  return {
    live: { attempts: workload.log.attempts, ...watching.log },
    stop: async () => {
      const endedMs = performance.now()
      await Promise.all([workload.stop(), watching.stop()])
      const left = await Promise.all(
        insiders.map(({ host, clock }) => stopInside(wayTo(cluster, host), clock)),
      )
      return {
        ...{ startedMs, endedMs, ...watching.log, ...workload.log },
        attempts: [...workload.log.attempts, ...left.flatMap(({ attempts }) => attempts)],
        clockMarginMs: Math.max(0, ...left.map(({ marginMs }) => marginMs)),
      }
    },
  }
}

/** Where clients go: the VIP, or the first HAProxy where there is none. */
export function placesOf(cluster: Cluster): {
  readonly primary: Place
  readonly replicas: Place | undefined
} {
  const { balancers, vip, superuser, members } = cluster
  const [balancer] = balancers
  if (balancer === undefined) {
    throw new PghaError('refused', 'no HAProxy in the inventory: a drill measures through it')
  }
  const place = { ...superuser, address: vip }
  return {
    primary: { ...place, port: balancer.primaryPort },
    replicas:
      members.length > 1 && balancer.replicaPort !== undefined
        ? { ...place, port: balancer.replicaPort }
        : undefined,
  }
}

async function enter(
  host: string,
  { run, insideSeconds }: ClientOptions,
  cluster: Cluster,
): Promise<{ readonly host: string; readonly clock: Clock }> {
  const inside = {
    ...{ connection: wayTo(cluster, host), member: memberNamed(cluster, host), login: cluster.superuser },
    ...{ run, seconds: insideSeconds },
  }
  return { host, clock: await startInside(inside) }
}
