import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import type { Resource } from '../../src/engine/resource.ts'
import { type Facts, gatherFacts } from '../../src/facts/gather.ts'
import { type Render, renderer } from '../../src/render/render.ts'
import type { FileWant } from '../../src/resources/file.ts'
import { wantedOn } from '../../src/roles/index.ts'
import type { RoleContext } from '../../src/roles/role.ts'
import { loadSite, type SiteHost } from '../../src/roles/site.ts'
import { recordingConnection } from '../support/fake-connection.ts'

/** An inventory of three nodes with more sections, and more settings of Patroni. */
export function inventory(sections = '', patroni = ''): string {
  return `vars:
  patroni:
    scope: main
    rest_password: rest-password
    superuser_password: superuser-password
    replication_password: replication-password
${patroni}
  keepalived: { vip: 198.18.1.100, vrrp_secret: vrrp1234 }
${sections}
groups:
  pgsql:
    hosts:
      n1: { address: 198.18.1.11, patroni: { node_name: pg_01 }, keepalived: { priority: 103 } }
      n2: { address: 198.18.1.12, patroni: { node_name: pg_02 }, keepalived: { priority: 102 } }
      n3: { address: 198.18.1.13, patroni: { node_name: pg_03 }, keepalived: { priority: 101 } }
`
}

/** The hosts of an inventory, as `loadSite` gives them. */
export function hostsOf(text: string, extraVars: readonly string[] = []): readonly SiteHost[] {
  const folder = mkdtempSync(join(tmpdir(), 'pgha-roles-'))
  const file = join(folder, 'inventory.yaml')
  try {
    writeFileSync(file, text)
    return loadSite({ file, extraVars, env: {} }).inventory.hosts
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const families = ['debian', 'el'] as const

export type Family = (typeof families)[number]

const systems: Record<Family, string> = {
  debian: 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nID=debian',
  el: 'PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"\nVERSION_ID="9.4"\nID="rocky"\nID_LIKE="rhel centos fedora"',
}

export interface NodeOptions {
  readonly watchdog?: boolean
  readonly route?: boolean
}

/** The facts of a node at this address, read from what such a node prints. */
export async function factsOf(family: Family, address: string, options: NodeOptions = {}): Promise<Facts> {
  const { watchdog = false, route = true } = options
  const addresses = `1: lo    inet 127.0.0.1/8 scope host lo\\
2: eth0    inet ${address}/24 brd 198.18.1.255 scope global eth0\\`
  const sections = [
    systems[family],
    `id=${address}\nmemoryKb=8000000\ncpus=2\n${watchdog ? 'watchdog=yes\n' : ''}clock=1795376066.5\n`,
    `${route ? `198.18.1.100 dev eth0 src ${address} uid 0` : ''}\n--\n${addresses}`,
  ]
  const node = recordingConnection((script) => {
    const ends = [...script.matchAll(/\n@([0-9a-f]{16})\\n/g), ...script.matchAll(/\\n@([0-9a-f]{16})\\n/g)]
    return ends.map(([, nonce = ''], index) => `${sections[index] ?? ''}\n@${nonce}\n`).join('')
  })
  return gatherFacts(node, '198.18.1.100')
}

export const templates = join(import.meta.dirname, '../../templates')

export interface WantedOptions extends NodeOptions {
  readonly speaksForCluster?: boolean
  readonly readFile?: (path: string) => string
  readonly render?: Render
}

/** What a role is given on one of these hosts. */
export async function contextOf(
  hosts: readonly SiteHost[],
  name: string,
  family: Family,
  options: WantedOptions = {},
): Promise<RoleContext> {
  const host = hosts.find((one) => one.name === name)
  if (host === undefined) throw new Error(`no host ${name}`)
  return {
    host,
    hosts,
    family,
    facts: await factsOf(family, host.vars.address, options),
    speaksForCluster: options.speaksForCluster ?? name === hosts[0]?.name,
    readFolder: () => [],
    readFile: options.readFile ?? ((path) => readFileSync(path, 'utf8')),
    render: options.render ?? renderer(templates),
  }
}

/** All that a host should be. */
export async function wantedBy(
  hosts: readonly SiteHost[],
  name: string,
  family: Family,
  options: WantedOptions = {},
): Promise<readonly Resource[]> {
  return wantedOn(await contextOf(hosts, name, family, options))
}

/** The files among resources, units and repositories included, by path. */
export function filesOf(resources: readonly Resource[]): ReadonlyMap<string, FileWant> {
  const wants = resources.map(({ want }) => want as Partial<FileWant>)
  return new Map(
    wants.flatMap((want) =>
      want.path === undefined || want.content === undefined ? [] : [[want.path, want as FileWant] as const],
    ),
  )
}

/** The content of the file whose path ends so. */
export function contentOf(resources: readonly Resource[], name: string): string {
  const files = [...filesOf(resources)].filter(([path]) => path.endsWith(name))
  const [file] = files
  if (file === undefined || files.length > 1) throw new Error(`${files.length} files ${name}`)
  return file[1].content
}

/** An inventory with every role and most settings, for each family: together they make pgha write all that it can. */
export const fullInventories: Record<Family, string> = {
  debian: inventory(`  postgresql:
    version: 17
    parameters: { max_connections: 400, shared_buffers: 1GB }
    client_networks: [198.18.2.0/24]
  consul: { gossip_key: AAECAwQFBgcICQoLDA0ODw==, token: consul-token }
  alerts: { telegram: { token: '12345:bot-token', chat_id: '-100123' } }
  ntp: { timezone: Europe/Moscow, method: ntpdate, pools: [0.pool.ntp.org, 1.pool.ntp.org] }
  sshd: { settings: { PermitRootLogin: prohibit-password, X11Forwarding: false, ListenAddress: [a, b] } }
  zabbix_agent:
    server: 132.0.2.98
    internal: { network: 198.18.1.0/24, server: 198.18.1.98 }
    scripts: [zabbix/netstat.sh]
    my_cnf: mysql/my.cnf`),
  el: inventory(
    `  postgresql: { version: 12, hba: ['hostssl all monitor 198.18.3.5/32 cert'] }
  alerts: { webhook: { url: 'https://hooks.example/secret-path' }, timeout: 3 }
  ntp: { chrony_options: '-x' }
  zabbix_agent:
    server: zabbix.example
    internal: { network: 192.168.0.0/16, server: 192.168.0.98 }
    repository: { yum: { baseurl: 'https://repo.zabbix.com/zabbix/7.0/rhel/9/x86_64', gpgkey: 'https://repo.zabbix.com/KEY' } }`,
    `    rewind_password: rewind-password
    watchdog: 'off'
    synchronous: 'on'`,
  ),
}

/** What the nodes of these inventories have, and the files that they name hold. */
export const fullNode: WantedOptions = {
  watchdog: true,
  readFile: (path) => `what ${basename(path)} holds\n`,
}
