import { dirname } from 'node:path'
import * as z from 'zod'
import { InputError, type Problem } from '../shared/errors.ts'
import type { Host, Inventory } from '../inventory/inventory.ts'
import { switchable } from '../inventory/fields.ts'
import type { RawHost } from '../inventory/hosts.ts'
import { draftInventory, hostOf } from '../inventory/load.ts'
import { locate } from '../inventory/locate.ts'
import { sortProblems } from '../inventory/problems.ts'
import { plainValue } from '../inventory/tree.ts'
import { withUnderlay } from '../inventory/underlay.ts'
import type { CheckedHost } from './checks/check.ts'
import { emptySections } from './checks/empty-sections.ts'
import { siteDangers, siteErrors, siteWarnings } from './checks/index.ts'
import { etcdServersStay, takenAddresses } from './checks/absent.ts'
import { soundDataDirs } from './checks/data-dirs.ts'
import { AlertsVars } from './alerts/vars.ts'
import { ConsulVars } from './consul/vars.ts'
import { dcsNames, defaultRoles, withDcsDefaults } from './dcs-defaults.ts'
import { DrillVars } from './drill/vars.ts'
import { EssentialsVars } from './essentials/vars.ts'
import { EtcdVars } from './etcd/vars.ts'
import { HaproxyVars } from './haproxy/vars.ts'
import { HostnameVars } from './hostname/vars.ts'
import { KeepalivedVars } from './keepalived/vars.ts'
import { withLocalFiles, withLocalKey, withLocalKeys, withLocalWheels } from './local-files.ts'
import { NtpVars } from './ntp/vars.ts'
import { PackagesVars } from './packages/vars.ts'
import { PatroniVars } from './patroni/vars.ts'
import { PostgresqlVars } from './postgres/vars.ts'
import { profileNames, profiles } from './profiles.ts'
import { localPath, withAbsolutePaths } from './ssh/paths.ts'
import { SshVars } from './ssh/vars.ts'
import { SshdVars } from './sshd/vars.ts'
import { VmToolsVars } from './vm-tools/vars.ts'
import { ZabbixAgentVars } from './zabbix-agent/vars.ts'

/** The roles a node can have, in the order in which they are built. */
const roleNames = ['consul', 'etcd', 'postgres', 'patroni', 'haproxy', 'keepalived'] as const

export type RoleName = (typeof roleNames)[number]

/** All variables of a node. */
export const SiteVars = z.strictObject({
  address: z.ipv4().meta({ description: 'IPv4 address of the node, reached by pgha and by the other nodes' }),
  roles: z
    .array(z.enum(roleNames))
    .default([...defaultRoles.consul])
    .meta({ description: 'what runs on the node; default: all, with the DCS that `dcs` says' }),
  dcs: z.enum(dcsNames).default('consul').meta({
    description: 'what keeps the leader lock of Patroni: consul or etcd',
  }),
  profile: z.enum(profileNames).optional().meta({
    description: 'times and checks that belong together; a setting of its own wins; default: balanced',
  }),
  environment: z.enum(['production', 'test']).optional().meta({
    description: 'production: what breaks things on purpose has to name the cluster',
  }),
  drill: DrillVars.prefault({}).meta({ description: 'how pgha drill may break this cluster' }),
  ssh: SshVars.prefault({}).meta({ description: 'how pgha gets onto the node' }),
  packages: PackagesVars.prefault({}).meta({ description: 'where packages come from' }),
  postgresql: PostgresqlVars.prefault({}).meta({ description: 'the database' }),
  consul: ConsulVars.prefault({}).meta({ description: 'the DCS, where dcs is consul' }),
  etcd: EtcdVars.prefault({}).meta({ description: 'the DCS, where dcs is etcd' }),
  patroni: PatroniVars.meta({ description: 'the keeper of the cluster' }),
  haproxy: HaproxyVars.prefault({}).meta({ description: 'the way to the leader and to the replicas' }),
  keepalived: KeepalivedVars.optional().meta({
    description: 'the virtual address; needed where the role is',
  }),
  alerts: switchable(AlertsVars).meta({ description: 'messages when the virtual address moves' }),
  hostname: switchable(HostnameVars).meta({ description: "the node's own name" }),
  essentials: switchable(EssentialsVars).meta({ description: 'tools for the operator' }),
  vm_tools: switchable(VmToolsVars).meta({ description: 'the guest agent of VMware' }),
  ntp: switchable(NtpVars).meta({ description: 'time zone and clock' }),
  sshd: switchable(SshdVars).meta({ description: 'the SSH server and who may log in' }),
  zabbix_agent: switchable(ZabbixAgentVars).meta({ description: 'the agent of Zabbix' }),
})

export type SiteVars = z.infer<typeof SiteVars>

export type SiteInventory = Inventory<SiteVars>

export type SiteHost = Host<SiteVars>

export interface SiteOptions {
  readonly file: string
  readonly extraVars?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** The cluster is only looked at, whoever has built it: what is unsafe is a warning. */
  readonly onlyLooks?: boolean
}

export interface Site {
  readonly inventory: SiteInventory
  readonly warnings: readonly Problem[]
}

/** Loads the site and checks that its parts agree. Throws an `InputError` with everything that is wrong. */
export function loadSite(options: SiteOptions): Site {
  const { inventory, raw, problems, files } = draftInventory({
    ...options,
    schema: SiteVars,
    underlay: (host) => withProfile(withDcsDefaults(host)),
  })
  // As long as some host is refused, the checks see of each host what can be read.
  const hosts = inventory.hosts.length === raw.length ? inventory.hosts : raw.map(readableHost)
  // The data of hosts that leave may be deleted.
  const dangers = [...siteDangers({ hosts }), ...soundDataDirs({ hosts: [...hosts, ...inventory.absent] })]
  const [refused, accepted] = options.onlyLooks === true ? [[], dangers] : [dangers, []]
  const errors = [
    ...problems,
    ...siteErrors({ hosts }),
    ...refused,
    ...takenAddresses({ hosts }, inventory.absent),
    ...etcdServersStay(inventory.absent),
  ]
  if (errors.length > 0) throw new InputError(sortProblems(errors, files))
  const home = options.env?.['HOME']
  const local = (host: SiteHost) => withLocalPaths(host, dirname(options.file), home)
  return {
    inventory: {
      ...inventory,
      hosts: inventory.hosts.map(local),
      absent: inventory.absent.map(local),
    },
    warnings: sortProblems([...accepted, ...siteWarnings({ hosts }), ...emptySections(raw)], files),
  }
}

/** A profile that is written counts whole; one that is not leaves the synchronous mode to the DCS. */
function withProfile(host: RawHost): RawHost {
  const { found, tree } = locate(host.vars, ['profile'])
  const named = profileNames.find((name) => found && plainValue(tree) === name)
  if (named === undefined) return host
  const { keepalived, ...sections } = profiles[named]
  const hasVip = host.vars.entries.has('keepalived')
  return withUnderlay(host, { ...sections, ...(hasVip ? { keepalived } : {}) })
}

function readableHost(raw: RawHost): CheckedHost {
  return hostOf(raw, ReadableVars.parse(plainValue(raw.vars)))
}

const ReadableVars = z.object({
  address: readable(SiteVars.shape.address),
  roles: readable(SiteVars.shape.roles),
  profile: readable(SiteVars.shape.profile),
  environment: readable(SiteVars.shape.environment),
  drill: readable(SiteVars.shape.drill),
  ssh: readable(SiteVars.shape.ssh),
  packages: readable(SiteVars.shape.packages),
  postgresql: readable(SiteVars.shape.postgresql),
  consul: readable(SiteVars.shape.consul),
  dcs: readable(SiteVars.shape.dcs),
  etcd: readable(SiteVars.shape.etcd),
  patroni: readable(SiteVars.shape.patroni),
  haproxy: readable(SiteVars.shape.haproxy),
  keepalived: readable(SiteVars.shape.keepalived),
  alerts: readable(SiteVars.shape.alerts),
  hostname: readable(SiteVars.shape.hostname),
  essentials: readable(SiteVars.shape.essentials),
  vm_tools: readable(SiteVars.shape.vm_tools),
  ntp: readable(SiteVars.shape.ntp),
  sshd: readable(SiteVars.shape.sshd),
  zabbix_agent: readable(SiteVars.shape.zabbix_agent),
})

function readable<S extends z.ZodType>(section: S) {
  return z.union([section, z.undefined(), z.null()]).catch(null)
}

function withLocalPaths(host: SiteHost, folder: string, home: string | undefined): SiteHost {
  const { ssh, packages, patroni, sshd, zabbix_agent } = host.vars
  const local = (path: string) => localPath(path, folder, home)
  const repositories = packages.repositories.map((repository) => withLocalKey(repository, local))
  const vars = {
    ...host.vars,
    ssh: withAbsolutePaths(ssh, folder, home),
    packages: { ...packages, repositories },
    patroni: withLocalWheels(patroni, local),
    sshd: sshd && withLocalKeys(sshd, local),
    zabbix_agent: zabbix_agent && withLocalFiles(zabbix_agent, local),
  }
  return { ...host, vars }
}
