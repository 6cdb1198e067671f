import type { Cluster, Member } from './cluster.ts'
import { lagBound } from './fitness.ts'
import { lagBytes, memberStatuses, type MemberStatus } from './members.ts'
import { waitPatiently } from './patience.ts'

/** Told what happens; `wait` again and again while something is awaited. */
export interface Watch {
  /** `left`: what comes after it, as the operator reads it. Waited for: it may be written down before it is done. */
  readonly begin: (host: string, what: string, left?: string) => Promise<void> | void
  /** While it is done. */
  readonly during?: () => Promise<void>
  readonly end: (host: string, what: string, ms: number) => Promise<void> | void
  readonly wait: (what: string, waitingFor: string, ms: number) => void
  /** Asked where nothing is half done. Throws when the operator wants the run to stop. */
  readonly mayGoOn: () => void
}

const backTimeoutMs = 600_000
const lookIntervalMs = 250

/** Waits until a member is what `isBack` says, with a lag below the bound. */
export async function untilBack(
  cluster: Cluster,
  member: Member,
  watch: Watch,
  isBack: (status: MemberStatus) => boolean,
): Promise<void> {
  await untilNothingMissing(cluster, member, `${member.name} is back`, watch, (found) => {
    const status = found.find(({ name }) => name === member.name)
    if (status === undefined || !isBack(status)) return `${member.name}, which is ${status?.state ?? 'gone'}`
    const lag = lagBytes(
      found.find(({ isLeader }) => isLeader),
      status,
    )
    return (lag ?? 0) > lagBound ? `${member.name}, which lags by ${lag ?? 0} bytes` : undefined
  })
}

/** Waits until all replicas have what the leader had at this moment: among it, the settings that it started with. */
export async function untilCaughtUp(cluster: Cluster, watch: Watch): Promise<void> {
  const leader = (await memberStatuses(cluster)).find(({ isLeader }) => isLeader)
  const position = leader?.position ?? 0
  await untilNothingMissing(cluster, undefined, 'all replicas stream', watch, (found) => {
    const behind = found.filter(
      (one) => !one.isLeader && (!one.isStreaming || (one.position ?? 0) < position),
    )
    return behind.length === 0 ? undefined : behind.map(({ name, state }) => `${name}: ${state}`).join(', ')
  })
}

/** Waits until `isSo` holds for every member that answers; the operator may stop it. */
export async function untilAll(
  cluster: Cluster,
  what: string,
  watch: Watch,
  isSo: (status: MemberStatus) => boolean,
): Promise<void> {
  await untilNothingMissing(cluster, undefined, what, watch, (found) => {
    const others = found.filter((member) => member.reason === undefined && !isSo(member))
    if (others.length > 0) watch.mayGoOn()
    return others.length === 0 ? undefined : others.map(({ name }) => name).join(', ')
  })
}

/** Looks at all members until `missing` finds nothing; then fails with what the doctor finds. */
async function untilNothingMissing(
  cluster: Cluster,
  member: Member | undefined,
  what: string,
  watch: Watch,
  missing: (found: readonly MemberStatus[]) => string | undefined,
): Promise<void> {
  await waitPatiently(cluster, {
    ...{ name: what, unit: 'patroni', host: member?.host },
    ...{ timeoutMs: backTimeoutMs, intervalMs: lookIntervalMs },
    async look() {
      const waitingFor = missing(await memberStatuses(cluster))
      return waitingFor === undefined ? { done: true, value: true } : { done: false, waitingFor }
    },
    onWait: (waitingFor, ms) => {
      watch.wait(what, waitingFor, ms)
    },
  })
}

/** Tells the watcher when work on a host begins and ends. */
export async function timed(
  host: string,
  what: string,
  watch: Watch,
  work: () => Promise<void>,
  left?: string,
): Promise<void> {
  const startedMs = Date.now()
  await watch.begin(host, what, left)
  await Promise.all([work(), watch.during?.()])
  await watch.end(host, what, Date.now() - startedMs)
}
