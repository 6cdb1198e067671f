import { onEach } from '../engine/fleet.ts'
import { lastLines } from '../engine/probe.ts'
import { roleOf } from '../engine/resource.ts'
import type { Family } from '../resources/package/package.ts'
import { listUpgrades, parseUpgrades, type Upgrade } from '../resources/package/upgrade.ts'
import { PghaError } from '../shared/errors.ts'
import type { OperationContext } from './operation.ts'
import { survey, type SurveyedNode } from './survey.ts'

/** Packages that go together, and the units that run what is in them. */
export interface UpgradeGroup {
  readonly packages: readonly Upgrade[]
  readonly units: readonly string[]
}

/** What can be upgraded on a node. */
export interface NodeUpgrades {
  readonly host: string
  readonly family: Family
  readonly dcs: UpgradeGroup
  readonly rest: UpgradeGroup
  /** PostgreSQL or Patroni is among it: the member is down for a while. */
  readonly stopsPostgres: boolean
}

const dcsRoles = ['consul', 'etcd']
const restRoles = ['postgres', 'patroni', 'haproxy', 'keepalived']

/** The nodes that have something to upgrade. Reads the lists of their repositories anew; changes nothing else. */
export async function upgradesOf({
  site,
  cluster,
  options,
}: OperationContext): Promise<readonly NodeUpgrades[]> {
  const nodes = await survey(site, { connections: cluster.connections, failures: [] }, options)
  const found = await onEach(nodes, options.forks, nodeUpgrades)
  return found.filter(({ dcs, rest }) => dcs.packages.length + rest.packages.length > 0)
}

async function nodeUpgrades(node: SurveyedNode): Promise<NodeUpgrades> {
  const { host, connection } = node
  const family = node.facts.os.family === 'el' ? 'el' : 'debian'
  const owners = ownersOf(node)
  const answer = await connection.run(listUpgrades(family, [...owners.keys()]), { timeoutMs: 600_000 })
  if (answer.code !== 0) {
    throw new PghaError('failed', 'the repositories cannot be read', {
      ...{ host: host.name, evidence: lastLines(answer.stderr) },
      hint: 'see /var/log/pgha-packages.log there',
    })
  }
  const upgrades = parseUpgrades(answer.stdout)
  const of = (roles: readonly string[]): UpgradeGroup => {
    const packages = upgrades.filter(({ name }) => roles.includes(owners.get(name) ?? ''))
    const touched = new Set(packages.map(({ name }) => unitOf(owners.get(name) ?? '')))
    return { packages, units: [...touched] }
  }
  const rest = of(restRoles)
  const stopsPostgres = rest.units.includes('patroni.service')
  return { host: host.name, family, dcs: of(dcsRoles), rest, stopsPostgres }
}

/** Patroni stops and starts PostgreSQL with itself. */
function unitOf(role: string): string {
  return role === 'postgres' ? 'patroni.service' : `${role}.service`
}

/** The packages of the cluster by name, with their roles; tools that they use besides are not the cluster's. */
function ownersOf({ resources }: SurveyedNode): ReadonlyMap<string, string> {
  const packages = resources.filter(({ type }) => type.kind === 'package')
  const owned = packages.filter((one) => [...dcsRoles, ...restRoles].includes(roleOf(one)))
  const names = owned.map((one) => [one.id.replace(/^package /, ''), roleOf(one)] as const)
  return new Map(names.filter(([name]) => name !== 'curl'))
}
