import { bestCandidate } from '../cluster/candidate.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { fitStatuses } from '../cluster/fitness.ts'
import { dcsCanSpare, dcsServersVote, type Gate, openGate, vipHeldOnce } from '../cluster/gates.ts'
import { handOver, leaderOf } from '../cluster/hand-over.ts'
import { timed, untilBack, untilCaughtUp, type Watch } from '../cluster/waiting.ts'
import { lastLines } from '../engine/probe.ts'
import { installUpgrades, type Upgrade } from '../resources/package/upgrade.ts'
import { PghaError } from '../shared/errors.ts'
import { refuseDisturbing } from './fit-dcs.ts'
import { type Intent, operate, type Operated, type OperationOptions } from './operation.ts'
import { type NodeUpgrades, upgradesOf } from './upgrades-of.ts'

/** Brings the cluster's packages to the newest versions of the nodes' repositories, one node at a time. */
export function upgrade(options: OperationOptions): Promise<Operated> {
  return operate(options, {
    needsAllHosts: true,
    async prepare(context) {
      const { cluster } = context
      const found = await upgradesOf(context)
      if (found.length === 0) return { intent: nothing, carryOut: () => Promise.resolve() }
      await fitStatuses(cluster, 'an upgrade')
      const disturbed = found.filter(({ dcs }) => dcs.packages.length > 0).map(({ host }) => host)
      await refuseDisturbing(cluster, disturbed)
      const leader = await leaderOf(cluster)
      const isLast = ({ host }: NodeUpgrades) => host === leader.host
      const nodes = [...found.filter((node) => !isLast(node)), ...found.filter(isLast)]
      const moves = nodes.some((node) => isLast(node) && node.stopsPostgres) && cluster.members.length > 1
      return {
        intent: intentOf(nodes, moves ? leader.host : undefined),
        carryOut: (watch) => upgradeNodes(nodes, { cluster, watch }),
      }
    },
  })
}

const nothing: Intent = {
  title: 'upgrade',
  steps: [],
  disturbs: 'nobody: all packages are the newest that the repositories of the nodes have',
  disruption: 'none',
}

function intentOf(nodes: readonly NodeUpgrades[], leader: string | undefined): Intent {
  const replicas = 'sessions on each node are cut when its turn comes; the others go on'
  return {
    title: 'upgrade',
    steps: [
      ...nodes.flatMap(({ host, dcs }) =>
        dcs.packages.length === 0 ? [] : [`${host}: ${listed(dcs.packages)}`],
      ),
      ...nodes.flatMap(({ host, rest }) => {
        const lead = host === leader ? [`switchover from ${host} to the best replica`] : []
        return rest.packages.length === 0 ? [] : [...lead, `${host}: ${listed(rest.packages)}`]
      }),
    ],
    disturbs: leader === undefined ? replicas : `${replicas}; writes pause for a few seconds once`,
    disruption: leader === undefined ? 'restart-service' : 'switchover',
  }
}

function listed(packages: readonly Upgrade[]): string {
  return packages.map(({ name, from, to }) => `${name} ${from} → ${to}`).join(', ')
}

interface UpgradeContext {
  readonly cluster: Cluster
  readonly watch: Watch
}

/** A part of an upgrade after which nothing is half done. */
interface Job {
  readonly host: string
  /** `left`: the hosts that come after it. */
  readonly work: (left: string) => Promise<void>
}

/** The servers of the DCS first, while all else stands; then replicas; the leader last, when it is one no more. */
export async function upgradeNodes(nodes: readonly NodeUpgrades[], context: UpgradeContext): Promise<void> {
  const jobs: readonly Job[] = [
    ...nodes
      .filter(({ dcs }) => dcs.packages.length > 0)
      .map((node) => ({ host: node.host, work: (left: string) => upgradeDcs(node, context, left) })),
    ...nodes
      .filter(({ rest }) => rest.packages.length > 0)
      .map((node) => ({ host: node.host, work: (left: string) => upgradeRest(node, context, left) })),
  ]
  for (const [index, { work }] of jobs.entries()) {
    try {
      context.watch.mayGoOn()
    } catch (thrown) {
      throw withLeft(thrown, hostsOf(jobs.slice(index)))
    }
    await work(hostsOf(jobs.slice(index + 1)))
  }
}

function hostsOf(jobs: readonly Job[]): string {
  return [...new Set(jobs.map(({ host }) => host))].join(', ')
}

function withLeft(thrown: unknown, left: string): unknown {
  const hint = `not upgraded yet: ${left}; run pgha upgrade --minor again to go on`
  return thrown instanceof PghaError ? thrown.with({ hint }) : thrown
}

async function upgradeDcs(node: NodeUpgrades, context: UpgradeContext, left: string): Promise<void> {
  await pass(dcsCanSpare(node.host), context)
  await install(node, node.dcs, context, left)
  await pass(dcsServersVote, context)
}

async function upgradeRest(node: NodeUpgrades, context: UpgradeContext, left: string): Promise<void> {
  const { cluster, watch } = context
  if (node.stopsPostgres) await handOverFrom(node.host, context)
  await install(node, node.rest, context, left)
  const member = cluster.members.find(({ host }) => host === node.host)
  if (member !== undefined) {
    await untilBack(cluster, member, watch, ({ isLeader, isStreaming }) => isLeader || isStreaming)
    await untilCaughtUp(cluster, watch)
  }
  await pass(vipHeldOnce, context)
}

/** The leader is asked for anew: it may have changed meanwhile. A cluster of one has nobody to hand over to. */
async function handOverFrom(host: string, { cluster, watch }: UpgradeContext): Promise<void> {
  const leader = await leaderOf(cluster)
  if (leader.host !== host || cluster.members.length < 2) return
  await handOver(cluster, await bestCandidate(cluster, leader, watch), watch)
}

async function install(
  { host, family }: NodeUpgrades,
  { packages, units }: NodeUpgrades['dcs'],
  { cluster, watch }: UpgradeContext,
  left: string,
): Promise<void> {
  const what = `upgrade ${packages.map(({ name, to }) => `${name} to ${to}`).join(', ')}`
  const work = async () => {
    const script = installUpgrades(family, packages, units)
    const answer = await connectionTo(cluster, host).run(script, { timeoutMs: 1_800_000 })
    if (answer.code === 0) return
    throw new PghaError('failed', `the upgrade ended with ${answer.code}; the nodes after it are as before`, {
      ...{ host, evidence: lastLines(answer.stderr) },
      hint: 'mend it, then run pgha upgrade --minor again: what is done is not done twice',
    })
  }
  await timed(host, what, watch, work, left || undefined)
}

function connectionTo({ connections }: Cluster, host: string) {
  const connection = connections.get(host)
  if (connection === undefined) throw new Error(`no connection to ${host}`)
  return connection
}

async function pass(gate: Gate, { cluster, watch }: UpgradeContext): Promise<void> {
  await openGate(gate, cluster, ({ name }, waitingFor, ms) => {
    watch.wait(name, waitingFor, ms)
  })
}
