import { describe, expect, it } from 'vitest'

import { roleOf } from '../../src/engine/resource.ts'
import type { ServiceWant } from '../../src/resources/service/service.ts'
import { allTags, roles } from '../../src/roles/index.ts'
import { resourcesOf } from '../../src/roles/role.ts'
import { failureOf } from '../support/failure.ts'
import { contextOf, families, filesOf, hostsOf, inventory, wantedBy } from './support.ts'

const hosts = hostsOf(inventory())

/** What a role wants on n1, in order. */
async function idsOf(
  role: string,
  family: (typeof families)[number],
  name = 'n1',
): Promise<readonly string[]> {
  const context = await contextOf(hosts, name, family)
  const wanted = roles.filter((one) => one.name === role).flatMap((one) => resourcesOf(one, context))
  return wanted.map(({ id, phase }) => (phase === 'prepare' ? `${id} (early)` : id))
}

const scripts = { debian: '/etc/keepalived', el: '/usr/libexec/keepalived' } as const

describe('a role wants, in this order:', () => {
  it.each(families)('consul on %s', async (family) => {
    expect(await idsOf('consul', family)).toEqual([
      'unit consul.service (early)',
      'package consul',
      'directory /var/lib/consul',
      'file /etc/consul.d/pgha.json',
      'service consul',
      'consul-autopilot cleanup_dead_servers',
    ])
  })

  it('postgres on Debian: no cluster of the distribution, before its package comes', async () => {
    expect(await idsOf('postgres', 'debian')).toEqual([
      'file /etc/postgresql-common/createcluster.d/pgha.conf (early)',
      'service postgresql (early)',
      'package postgresql-17',
    ])
  })

  it('postgres on EL', async () => {
    expect(await idsOf('postgres', 'el')).toEqual([
      'command no module postgresql (early)',
      'service postgresql-17 (early)',
      'package postgresql17-server',
      'package postgresql17-contrib',
    ])
  })

  it.each([
    ['debian', ['package patroni', 'package python3-consul', 'package python3-psycopg2', 'package curl']],
    ['el', ['package patroni', 'package patroni-consul', 'package curl']],
  ] as const)('patroni on %s', async (family, packages) => {
    const own = [
      'directory /etc/patroni',
      'file /etc/patroni/patroni.yml',
      'unit patroni.service',
      'service patroni',
    ]
    expect(await idsOf('patroni', family)).toEqual([
      ...[...packages, ...own],
      'dcs-config main',
      'postgres pg_01',
    ])
    expect(await idsOf('patroni', family, 'n2')).toEqual([...packages, ...own, 'postgres pg_02'])
  })

  it.each(families)('haproxy on %s', async (family) => {
    expect(await idsOf('haproxy', family)).toEqual([
      'package haproxy',
      'file /etc/haproxy/haproxy.cfg',
      'service haproxy',
    ])
  })

  it.each(families)('keepalived on %s', async (family) => {
    expect(await idsOf('keepalived', family)).toEqual([
      'package keepalived',
      'package curl',
      'user keepalived_script',
      `file ${scripts[family]}/check-haproxy.sh`,
      `file ${scripts[family]}/notify.sh`,
      'file /etc/keepalived/keepalived.conf',
      'file /etc/keepalived/release.conf',
      `file ${scripts[family]}/release.sh`,
      'directory /etc/systemd/system/keepalived.service.d',
      'unit keepalived.service.d/pgha.conf',
      'service keepalived',
    ])
  })

  it('repositories: nothing, unless the inventory names some', async () => {
    expect(await idsOf('repositories', 'debian')).toEqual([])
  })
})

describe('repositories', () => {
  const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n'
  const withRepositories = hostsOf(
    inventory(`  packages:
    repositories:
      - name: pgdg
        apt: deb https://apt.postgresql.org/pub/repos/apt trixie-pgdg main
        yum: { baseurl: 'https://download.postgresql.org/pub/repos/yum/17/redhat/rhel-9-x86_64' }
        key: keys/pgdg.asc
      - name: only-apt
        apt: |
          Types: deb
          URIs: https://repo.example.net`),
  )
  const readFile = (path: string) => (path.endsWith('/keys/pgdg.asc') ? key : '')

  it('are files with their keys on Debian', async () => {
    const files = filesOf(await wantedBy(withRepositories, 'n1', 'debian', { readFile }))

    expect(files.get('/etc/apt/keyrings/pgdg.asc')?.content).toBe(key)
    expect(files.get('/etc/apt/sources.list.d/pgdg.list')?.content).toBe(
      'deb https://apt.postgresql.org/pub/repos/apt trixie-pgdg main\n',
    )
    expect(files.get('/etc/apt/sources.list.d/only-apt.sources')?.content).toBe(
      'Types: deb\nURIs: https://repo.example.net\n',
    )
  })

  it('are sections with their keys on EL, where the inventory has one', async () => {
    const wanted = await wantedBy(withRepositories, 'n1', 'el', { readFile })

    expect(filesOf(wanted).get('/etc/yum.repos.d/pgdg.repo')?.content).toBe(`[pgdg]
name=pgdg
baseurl=https://download.postgresql.org/pub/repos/yum/17/redhat/rhel-9-x86_64
enabled=1
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-pgdg
`)
    expect(wanted.some(({ id }) => id.includes('only-apt'))).toBe(false)
  })
})

describe('all roles of a node', () => {
  it.each(families)('want each thing once on %s, and the same whoever asks', async (family) => {
    const context = await contextOf(hosts, 'n1', family)
    const own: readonly string[] = context.host.vars.roles
    const all = roles.filter(({ name }) => own.includes(name)).flatMap((role) => resourcesOf(role, context))
    const once = await wantedBy(hosts, 'n1', family)

    expect(new Set(once.map(({ id }) => id)).size).toBe(once.length)
    for (const wanted of all) {
      const kept = once.find(({ id }) => id === wanted.id)
      expect(JSON.stringify([kept?.want, kept?.phase]), wanted.id).toBe(
        JSON.stringify([wanted.want, wanted.phase]),
      )
    }
  })

  it('keep all tags of a thing that several want, with the first as its role', async () => {
    const curl = (await wantedBy(hosts, 'n1', 'debian')).find(({ id }) => id === 'package curl')

    expect(curl?.tags).toEqual(['patroni', 'keepalived'])
    expect(curl && roleOf(curl)).toBe('patroni')
  })

  it('are those that the node has', async () => {
    const mixed = hostsOf(
      inventory().replace('address: 198.18.1.13', 'address: 198.18.1.13, roles: [consul]'),
    )

    expect(new Set((await wantedBy(mixed, 'n3', 'debian')).map(roleOf))).toEqual(new Set(['consul']))
  })

  it('point at their section of the inventory', async () => {
    const wanted = await wantedBy(hosts, 'n2', 'debian')
    const sourceOf = (id: string) => wanted.find((one) => one.id === id)?.source?.line

    // keepalived and patroni are set on the line of the host; haproxy is all default.
    expect(sourceOf('service keepalived')).toBe(sourceOf('service patroni'))
    expect(sourceOf('service keepalived')).toBeGreaterThan(10)
  })

  it('never restart PostgreSQL: Patroni is reloaded, and keeps its process', async () => {
    const wanted = await wantedBy(hosts, 'n1', 'debian')
    const { want } = wanted.find(({ id }) => id === 'service patroni') ?? {}

    expect(want as ServiceWant).toMatchObject({ mayRestart: false, restartInputs: [] })
    expect((want as ServiceWant).reloadInputs.map(({ path }) => path)).toEqual(['/etc/patroni/patroni.yml'])
  })
})

describe('a keepalived that was killed', () => {
  it('is announced as gone by one that differs only in what makes it the holder at once', async () => {
    const files = filesOf(await wantedBy(hosts, 'n1', 'debian'))
    const configOf = (name: string) => files.get(`/etc/keepalived/${name}`)?.content.split('\n') ?? []
    const usual = configOf('keepalived.conf')

    expect(configOf('release.conf').filter((line) => !usual.includes(line))).toEqual([
      expect.stringMatching(/^# Written by pgha/),
      '    state MASTER',
      '    priority 255',
    ])
    expect(configOf('release.conf').join('\n')).not.toContain('script')
  })
})

describe('the interface of the VIP', () => {
  it('comes from the inventory where it is set, else from the route of the node', async () => {
    const set = hostsOf(
      inventory().replace('vip: 198.18.1.100', 'vip: 198.18.1.100, interface: bond0, prefix: 32'),
    )
    const configOf = async (sites: typeof hosts) =>
      filesOf(await wantedBy(sites, 'n1', 'debian')).get('/etc/keepalived/keepalived.conf')?.content

    expect(await configOf(set)).toContain('198.18.1.100/32 dev bond0')
    expect(await configOf(hosts)).toContain('198.18.1.100/24 dev eth0')
  })

  it('is an error that points at the inventory where neither says', async () => {
    const error = await failureOf(wantedBy(hosts, 'n2', 'debian', { route: false }))

    expect(error).toMatchObject({
      kind: 'input',
      message: 'the node has no route to the VIP 198.18.1.100',
      context: { host: 'n2', source: { line: 8 } },
    })
    expect(error.context.hint).toContain('keepalived.interface')
  })
})

describe('the tags', () => {
  it('are the names of roles and what the playbooks of the article call them', () => {
    expect(allTags()).toEqual(
      expect.arrayContaining(['consul', 'dcs', 'haproxy', 'keepalived', 'patroni', 'postgres']),
    )
    expect(allTags()).toEqual([...new Set(allTags())].toSorted())
  })
})
