import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { families, type Family, filesOf, hostsOf, inventory, wantedBy } from './support.ts'

/**
 * Every file that pgha writes on three nodes, for a DBA to review: test/roles/golden/FAMILY/HOST/PATH.
 * `UPDATE_GOLDEN=1 npx vitest run --project unit test/roles/golden.test.ts` writes them anew.
 */
const folder = join(import.meta.dirname, 'golden')
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'

const inventories: Record<Family, string> = {
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
    dcs: { synchronous_mode: true }`,
  ),
}

const nodes = { watchdog: true, readFile: (path: string) => `what ${basename(path)} holds\n` }

async function rendered(family: Family): Promise<ReadonlyMap<string, string>> {
  const hosts = hostsOf(inventories[family])
  const files = new Map<string, string>()
  for (const { name } of hosts) {
    for (const [path, { content }] of filesOf(await wantedBy(hosts, name, family, nodes))) {
      files.set(join(family, name, path), content)
    }
  }
  return files
}

function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

describe.each(families)('the files of a cluster on %s', (family) => {
  it('are those that a person has reviewed', async () => {
    const files = await rendered(family)
    if (isUpdate) rewrite(join(folder, family), files)

    for (const [path, content] of files) {
      expect(content, `${path}; UPDATE_GOLDEN=1 takes it over`).toBe(readFileSync(join(folder, path), 'utf8'))
    }
    const reviewed = filesBelow(join(folder, family)).map((path) => path.slice(folder.length + 1))
    expect(reviewed.toSorted(), 'files that nobody writes any more').toEqual([...files.keys()].toSorted())
  })
})

function rewrite(place: string, files: ReadonlyMap<string, string>): void {
  rmSync(place, { recursive: true, force: true })
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}
