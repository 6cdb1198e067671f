import { dcsOf } from '../cluster/dcs/index.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { vipProblems } from '../roles/checks/vip.ts'
import { PghaError } from '../shared/errors.ts'
import { sh } from '../transport/shell.ts'
import { dataDirOf } from './data-dir.ts'
import type { RunOptions } from './options.ts'
import type { SurveyedNode } from './survey.ts'

// Patroni's lease is by wall clock: this much is worth a word, and a quarter of the ttl is too much.
const noteworthySkewSeconds = 2

/** What only the nodes can tell and no plan should be built on: clones, clocks apart, a VIP outside the network. */
export function refuseWrongNodes(nodes: readonly SurveyedNode[], emit: RunOptions['emit']): void {
  refuseClones(nodes)
  const staying = nodes.filter(({ isLeaving }) => !isLeaving)
  refuseSkew(staying, emit)
  for (const node of staying) refuseForeignVip(node)
  for (const node of staying) refuseOtherDcs(node)
  for (const node of staying) warnOfNoWatchdog(node, emit)
}

function refuseClones(nodes: readonly SurveyedNode[]): void {
  for (const [index, node] of nodes.entries()) {
    const { id } = node.facts.machine
    const twin = nodes.slice(0, index).find((other) => id !== '' && other.facts.machine.id === id)
    if (twin === undefined) continue
    throw new PghaError('refused', `has the machine-id of ${twin.host.name} (${id})`, {
      host: node.host.name,
      hint: 'two names for one machine, or a clone: correct the inventory, or run `rm /etc/machine-id && systemd-machine-id-setup` there and reboot',
    })
  }
}

function refuseSkew(nodes: readonly SurveyedNode[], emit: RunOptions['emit']): void {
  const sorted = nodes.toSorted((a, b) => a.clockOffset - b.clockOffset)
  const [slow, fast] = [sorted[0], sorted.at(-1)]
  if (slow === undefined || fast === undefined) return
  const skew = fast.clockOffset - slow.clockOffset
  const text = `the clock of ${fast.host.name} is ${skew.toFixed(1)} s ahead of that of ${slow.host.name}`
  if (skew > fast.host.vars.patroni.ttl / 4) {
    throw new PghaError('refused', text, {
      hint: 'set the clocks by NTP (chrony) first: Patroni leases the leadership by wall clock',
    })
  }
  if (skew > noteworthySkewSeconds) emit({ kind: 'warning', text })
}

function refuseForeignVip({ host, facts }: SurveyedNode): void {
  const { keepalived, address } = host.vars
  if (keepalived === undefined || !host.vars.roles.includes('keepalived')) return
  const prefix = keepalived.prefix ?? facts.route?.prefix
  if (prefix === undefined) return
  const [problem] = vipProblems({ vip: keepalived.vip, address, prefix })
  if (problem === undefined) return
  const source = host.sourceOf(['keepalived', 'vip'])
  throw new PghaError('refused', problem.message, {
    host: host.name,
    ...(source === undefined ? {} : { source }),
  })
}

/** With another DCS each Patroni would find no cluster there, stop its PostgreSQL, and the first bootstrap a second one. */
function refuseOtherDcs({ host, facts }: SurveyedNode): void {
  const { dcs } = host.vars
  const { patroniDcs = dcs } = facts.machine
  if (patroniDcs === dcs || !host.vars.roles.includes('patroni')) return
  const source = host.sourceOf(['dcs'])
  throw new PghaError(
    'refused',
    `its Patroni keeps the cluster in ${patroniDcs}, and the inventory says dcs: ${dcs}`,
    {
      host: host.name,
      hint: `set dcs: ${patroniDcs}; pgha does not move a cluster from one DCS to another (docs/failover.md)`,
      ...(source === undefined ? {} : { source }),
    },
  )
}

function warnOfNoWatchdog({ host, facts }: SurveyedNode, emit: RunOptions['emit']): void {
  const { roles, patroni } = host.vars
  if (!roles.includes('patroni') || patroni.watchdog !== 'auto' || facts.machine.hasWatchdog) return
  emit({
    kind: 'warning',
    text: `${host.name} has no watchdog device: a leader whose Patroni hangs is fenced by HAProxy alone (set patroni.watchdog: "off" to accept that)`,
  })
}

/** Data without a cluster in the DCS: a bootstrap would make a second, empty cluster beside it. */
export async function refuseOrphanData(cluster: Cluster, nodes: readonly SurveyedNode[]): Promise<void> {
  const namespace = nodes[0]?.host.vars.patroni.namespace ?? ''
  if ((await dcsOf(cluster).isInitialized(cluster, namespace)) !== false) return
  for (const node of nodes) {
    const dataDir = dataDirOf(node)
    const { code } = await node.connection.run(`[ -s ${sh(`${dataDir}/PG_VERSION`)} ]`)
    if (code !== 0) continue
    throw new PghaError('refused', `${dataDir} holds data, but the DCS knows no cluster "${cluster.scope}"`, {
      host: node.host.name,
      hint: 'correct patroni.scope or the DCS; or move that folder away if the data is of no use',
    })
  }
}
