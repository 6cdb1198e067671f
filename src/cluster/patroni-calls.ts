import { PghaError } from '../shared/errors.ts'
import { type Cluster, type Member, wayTo } from './cluster.ts'
import { type HttpAnswer, type HttpCall, httpSend } from './http.ts'
import { explained } from './patience.ts'

const restartTimeoutMs = 600_000
// Patroni itself follows a switchover for twice the larger of 10 s and loop_wait.
const switchoverTimeoutMs = 180_000
const quickTimeoutMs = 15_000

/** Restarts PostgreSQL of a member (`POST /restart`); ends when Patroni says that it runs again, else the doctor says why not. */
export async function restartPostgres(cluster: Cluster, member: Member): Promise<void> {
  try {
    await demand(cluster, member, { method: 'POST', path: '/restart', body: {}, timeoutMs: restartTimeoutMs })
  } catch (thrown) {
    if (!(thrown instanceof PghaError) || thrown.context.hint !== undefined) throw thrown
    throw await explained(thrown, cluster, 'patroni', member.host)
  }
}

/** Hands the leadership over (`POST /switchover`), now or at a time (ISO 8601). Gives Patroni's answer. */
export function switchover(
  cluster: Cluster,
  leader: Member,
  candidate: Member,
  at?: string,
): Promise<string> {
  const body = {
    leader: leader.name,
    candidate: candidate.name,
    ...(at === undefined ? {} : { scheduled_at: at }),
  }
  return demand(cluster, leader, {
    method: 'POST',
    path: '/switchover',
    body,
    timeoutMs: switchoverTimeoutMs,
  })
}

/** Takes back a switchover that waits for its time (`DELETE /switchover`). */
export async function cancelSwitchover(cluster: Cluster, member: Member): Promise<void> {
  await demand(cluster, member, {
    ...{ method: 'DELETE', path: '/switchover', body: {}, timeoutMs: quickTimeoutMs },
  })
}

/** Makes a member the leader although there is none, or none that can be asked (`POST /failover`). */
export function failover(cluster: Cluster, candidate: Member): Promise<string> {
  const body = { candidate: candidate.name }
  return demand(cluster, candidate, {
    method: 'POST',
    path: '/failover',
    body,
    timeoutMs: switchoverTimeoutMs,
  })
}

/** Throws the data of a replica away and clones it anew (`POST /reinitialize`); Patroni only begins with it. */
export function reinitialize(cluster: Cluster, member: Member): Promise<string> {
  const body = { force: true }
  return demand(cluster, member, { method: 'POST', path: '/reinitialize', body, timeoutMs: quickTimeoutMs })
}

/** Changes the cluster's dynamic configuration (`PATCH /config`); a key set to null is removed. */
export async function patchSettings(
  cluster: Cluster,
  member: Member,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  await demand(cluster, member, { method: 'PATCH', path: '/config', body, timeoutMs: quickTimeoutMs })
}

interface Demand extends Pick<HttpCall, 'method' | 'path'> {
  readonly body: Readonly<Record<string, unknown>>
  readonly timeoutMs: number
}

/** What Patroni refuses is an error with its own words. */
async function demand(cluster: Cluster, member: Member, { body, ...call }: Demand): Promise<string> {
  const { address, restPort: port } = member
  const answer = await httpSend(wayTo(cluster, member.host), {
    ...{ ...call, address, port, login: cluster.rest },
    body: JSON.stringify(body),
  })
  if (answer.status < 300) return answer.body
  throw new PghaError('failed', `Patroni of ${member.name} says no to ${call.method} ${call.path}`, {
    host: member.host,
    evidence: [`${answer.status}: ${textOf(answer)}`],
    ...(answer.status === 401 ? { hint: 'patroni.rest_password is not that of the running Patroni' } : {}),
  })
}

function textOf({ body }: HttpAnswer): string {
  return body.trim().slice(0, 300) || '(nothing)'
}
