import { setTimeout as sleep } from 'node:timers/promises'

import { wayTo } from '../cluster/cluster.ts'
import { handOver } from '../cluster/hand-over.ts'
import { memberStatuses } from '../cluster/members.ts'
import { planRestart } from '../cluster/restart-plan.ts'
import { rollingRestart } from '../cluster/rolling-restart.ts'
import type { Watch } from '../cluster/waiting.ts'
import { messageOf } from '../shared/errors.ts'
import type { Arena } from './arena.ts'
import { arm, healNow, reasonAgainst, runFaultScript } from './dead-man.ts'
import type { Act, Fault } from './faults/fault.ts'
import { switchPower, switchPowerLater } from './power.ts'

/** A fault ready to be brought about: its way back is armed, nothing is broken yet. */
export interface Armed {
  readonly inject: () => Promise<void>
  /** Takes the fault away; tries again while nodes do not answer, since they heal themselves in the end. */
  readonly heal: () => Promise<void>
}

/** Why this fault cannot be tested here; undefined when it can. */
export async function whyNot(
  { act }: Fault,
  hosts: readonly string[],
  arena: Arena,
): Promise<string | undefined> {
  if (act.kind === 'call') {
    return arena.cluster.members.length > 1 ? undefined : 'there is only one member'
  }
  if (act.kind === 'power') {
    const missing = [act.down, act.up].filter((verb) => verb !== undefined && arena.power[verb] === undefined)
    if (missing.length === 0) return undefined
    return `${missing.map((verb) => `drill.power.${verb ?? ''}`).join(' and ')} not set in the inventory`
  }
  for (const host of hosts) {
    if (act.needs === undefined) continue
    const reason = await reasonAgainst(wayTo(arena.cluster, host), act.needs(arena.settingOf(host)))
    if (reason !== undefined) return reason
  }
  return undefined
}

/** Arms the dead-man switches: after `holdSeconds` and the grace, nodes heal without us. */
export async function armed(
  { act }: Fault,
  hosts: readonly string[],
  holdSeconds: number,
  arena: Arena,
): Promise<Armed> {
  const seconds = Math.ceil(holdSeconds + arena.graceSeconds)
  if (act.kind === 'script') return armScripts(act, hosts, seconds, arena)
  if (act.kind === 'power') return armPower(act, hosts, seconds, arena)
  return { inject: () => carryOut(act.call, arena), heal: () => Promise.resolve() }
}

type Of<Kind extends Act['kind']> = Extract<Act, { readonly kind: Kind }>

async function armScripts(
  { inject, heal }: Of<'script'>,
  hosts: readonly string[],
  seconds: number,
  arena: Arena,
): Promise<Armed> {
  const each = (work: (host: string) => Promise<void>) => Promise.all(hosts.map(work)).then(() => undefined)
  const line = (host: string) => wayTo(arena.cluster, host)
  await each((host) => arm(line(host), heal(arena.settingOf(host)), seconds))
  return {
    inject: () =>
      each((host) => runFaultScript(line(host), inject(arena.settingOf(host)), 'inject the fault')),
    heal: () => each((host) => insist(() => healNow(line(host)), seconds, arena)),
  }
}

function armPower(
  { down, up }: Of<'power'>,
  hosts: readonly string[],
  seconds: number,
  { power, folder, cluster }: Arena,
): Armed {
  const nodes = hosts.map((host) => ({
    host,
    address:
      [...cluster.members, ...cluster.vipNodes, ...cluster.dcsServers].find((node) => node.host === host)
        ?.address ?? host,
  }))
  const later = nodes.map((node) =>
    up === undefined ? undefined : switchPowerLater(power, up, node, folder, seconds),
  )
  return {
    inject: async () => {
      await Promise.all(nodes.map((node) => switchPower(power, down, node, folder)))
    },
    heal: async () => {
      if (up !== undefined) await Promise.all(nodes.map((node) => switchPower(power, up, node, folder)))
      for (const one of later) one?.cancel()
    },
  }
}

const quiet: Watch = {
  begin: () => undefined,
  end: () => undefined,
  wait: () => undefined,
  mayGoOn: () => undefined,
}

async function carryOut(call: Of<'call'>['call'], { cluster }: Arena): Promise<void> {
  if (call === 'switchover') {
    await handOver(cluster, undefined, quiet)
    return
  }
  const statuses = await memberStatuses(cluster)
  const candidates = statuses.map((status) => ({
    ...{ name: status.name, isLeader: status.isLeader, isCandidate: status.isCandidate },
    ...{ isDue: true, lagBytes: 0, changes: [] },
  }))
  await rollingRestart(cluster, planRestart(candidates), quiet)
}

const retryMs = 2_000

/** A node that cannot be reached heals by its own timer: by then at the latest it answers. */
async function insist(work: () => Promise<void>, seconds: number, { tell }: Arena): Promise<void> {
  const deadline = performance.now() + (seconds + 60) * 1000
  for (;;) {
    try {
      await work()
      return
    } catch (thrown) {
      if (performance.now() > deadline) throw thrown
      tell(`healing: ${messageOf(thrown)}; again`)
      await sleep(retryMs)
    }
  }
}
