import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { onEach } from '../engine/fleet.ts'
import { type Plan, planHost, unmanagedOn } from '../engine/plan.ts'
import { probe } from '../engine/probe.ts'
import type { Resource } from '../engine/resource.ts'
import { type Facts, gatherFacts } from '../facts/gather.ts'
import { wantedOn } from '../roles/index.ts'
import { leavingFrom } from '../roles/absent/leaving.ts'
import { type AbsentHost, remainingOn } from '../roles/absent/remaining.ts'
import { members } from '../roles/members.ts'
import type { SiteHost } from '../roles/site.ts'
import { PghaError } from '../shared/errors.ts'
import { connect } from '../transport/connect.ts'
import type { Connection } from '../transport/connection.ts'
import { vipOf } from './cluster-of.ts'
import type { RunOptions } from './options.ts'
import { plannedOrder, type ProbedNode } from './postgres-restarts.ts'
import type { Reached } from './reach.ts'
import { selectResources } from './selection.ts'
import type { RunSite } from './site.ts'
import { targetOf } from './target.ts'
import { loadRenderer } from './templates.ts'

/** A node of this run: what it is, and what it should be. */
export interface SurveyedNode {
  readonly host: SiteHost
  readonly connection: Connection
  readonly facts: Facts
  /** What it should be, as far as the tags of this run select it. */
  readonly resources: readonly Resource[]
  /** One more login, by the same way, without a lock. */
  readonly connectAgain: () => Promise<Connection>
  /** It stands under `absent:`. */
  readonly isLeaving: boolean
  /** The node's clock minus ours, in seconds; precise to the time of one round trip. */
  readonly clockOffset: number
}

/** Reads the facts of all nodes and lets the roles say what they want there. */
export async function survey(
  site: RunSite,
  reached: Reached,
  options: RunOptions,
  absent: readonly AbsentHost[] = [],
): Promise<readonly SurveyedNode[]> {
  const hosts = site.selected.filter((host) => reached.connections.has(host.name))
  const speaker = members(hosts)[0]?.name
  const render = await loadRenderer()
  return onEach(hosts, options.forks, async (host) => {
    const { family, ...node } = await factsOn(host, site, reached)
    const { facts } = node
    const wanted = wantedOn({
      host,
      hosts: site.hosts,
      facts,
      family,
      speaksForCluster: host.name === speaker,
      readFile: (path) => readFileSync(resolve(site.folder, path), 'utf8'),
      readFolder: (path) => filesIn(resolve(site.folder, path)),
      render,
    })
    const others = host.name === speaker ? remainingOn(host, absent) : []
    return { ...node, isLeaving: false, resources: selectResources([...wanted, ...others], options) }
  })
}

/** The same of the hosts under `absent:` that answer: what is to be stopped there. */
export async function surveyLeaving(
  site: RunSite,
  reached: Reached,
  options: RunOptions,
): Promise<readonly SurveyedNode[]> {
  const hosts = site.absent.filter((host) => reached.connections.has(host.name))
  return onEach(hosts, options.forks, async (host) => {
    const { family, ...node } = await factsOn(host, site, reached)
    const wanted = leavingFrom({ host, family, deletesData: options.deleteData === true })
    return { ...node, isLeaving: true, resources: selectResources(wanted, options) }
  })
}

async function factsOn(host: SiteHost, site: RunSite, reached: Reached) {
  const connection = connectionTo(reached, host)
  const facts = await gatherFacts(connection, vipOf(site))
  const { family } = facts.os
  if (family === 'unknown') throw unsupported(host, facts)
  const clockOffset = facts.machine.clock - Date.now() / 1000
  const connectAgain = () => connect(targetOf(host, site.folder))
  return { host, connection, facts, family, clockOffset, connectAgain }
}

/** Reads all resources of all nodes, one round trip each. */
export function probeNodes(nodes: readonly SurveyedNode[], forks: number): Promise<readonly ProbedNode[]> {
  return onEach(nodes, forks, async (node) => ({
    node,
    states: await probe(node.connection, node.resources),
  }))
}

/** What differs on the nodes. Pure. */
export function planOf(probed: readonly ProbedNode[]): Plan {
  const nodes = probed.map(({ node }) => node)
  const restartOrder = plannedOrder(probed)
  return {
    changes: probed.flatMap(({ node, states }) => planHost(node.host.name, node.resources, states)),
    unmanaged: probed.flatMap(({ node, states }) => unmanagedOn(node.host.name, node.resources, states)),
    ...(restartOrder === undefined ? {} : { restartOrder }),
    hosts: nodes.length,
    resources: nodes.reduce((sum, node) => sum + node.resources.length, 0),
  }
}

function connectionTo(reached: Reached, host: SiteHost): Connection {
  const connection = reached.connections.get(host.name)
  if (connection === undefined) throw new Error(`no connection to ${host.name}`)
  return connection
}

function unsupported(host: SiteHost, facts: Facts): PghaError {
  return new PghaError('refused', `${facts.os.name || 'an unknown system'} is of no family that pgha knows`, {
    host: host.name,
    hint: 'supported are Debian, Ubuntu and the Enterprise Linux family, told apart by /etc/os-release',
  })
}

/** In the order of their names, so that the same folder is always the same. */
function filesIn(folder: string): readonly { readonly name: string; readonly content: Buffer }[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => ({ name, content: readFileSync(join(folder, name)) }))
}
