import { describe, expect, it } from 'vitest'

import { problemsOf, changed } from '../inventory/support.ts'
import { contentOf, families, hostsOf, inventory, wantedBy } from './support.ts'

const hosts = hostsOf(inventory('  dcs: etcd'))

describe.each(families)('etcd as the DCS on %s', (family) => {
  it('takes the place of Consul', async () => {
    const ids = (await wantedBy(hosts, 'n2', family)).map(({ id }) => id)
    expect(ids).toContain('service etcd')
    expect(ids.filter((id) => id.includes('consul'))).toEqual([])
  })

  it('knows its servers, and listens on loopback and on the address of the node', async () => {
    const text = contentOf(await wantedBy(hosts, 'n2', family), '/etc/etcd/pgha.yml')
    expect(text).toContain('name: "n2"\n')
    expect(text).toContain('listen-client-urls: "http://127.0.0.1:2379,http://198.18.1.12:2379"\n')
    expect(text).toContain(
      'initial-cluster: "n1=http://198.18.1.11:2380,n2=http://198.18.1.12:2380,n3=http://198.18.1.13:2380"\n',
    )
    expect(text).toContain('initial-cluster-token: "pgha-main"\n')
  })

  it('is asked by Patroni on its own node first', async () => {
    const text = contentOf(await wantedBy(hosts, 'n2', family), 'patroni.yml')
    expect(text).toContain('etcd3:\n  hosts: ["198.18.1.12:2379","198.18.1.11:2379","198.18.1.13:2379"]\n')
    expect(text).not.toContain('consul')
  })

  it('may be somebody else’s: then none is built, and Patroni logs in', async () => {
    const external =
      "  etcd: { external: ['192.0.2.1:2379'], user: pgha, password: etcd-password, cacert: /etc/ssl/ca.pem }"
    const wanted = await wantedBy(hostsOf(inventory(`  dcs: etcd\n${external}`)), 'n1', family)
    expect(
      wanted.map(({ id }) => id).filter((id) => id.includes('etcd') && !id.includes('python')),
    ).not.toContain('service etcd')
    expect(contentOf(wanted, 'patroni.yml')).toContain(
      'etcd3:\n  hosts: ["192.0.2.1:2379"]\n  username: "pgha"\n  password: "etcd-password"\n  protocol: https\n  cacert: "/etc/ssl/ca.pem"\n',
    )
  })
})

describe('a choice of DCS that does not fit', () => {
  const problems = (...changes: readonly (readonly [string, string])[]) =>
    problemsOf({ 'inventory.yaml': changed(...changes) })
  const onEtcd = ['postgresql:\n', 'dcs: etcd\n      postgresql:\n'] as const

  it.each([
    [
      'the role of the other one',
      ['198.18.1.12', '198.18.1.12, roles: [consul, postgres, patroni, haproxy, keepalived]'],
      'inventory.yaml:20:42: roles: on n2: consul is not the DCS of this cluster (write etcd in its place, or set dcs: consul)',
    ],
    [
      'a node on another DCS',
      ['198.18.1.12', '198.18.1.12, dcs: consul'],
      'inventory.yaml:20:40: dcs: has to be the same on all nodes, but is another on n1, n3 (inventory.yaml:6:12)',
    ],
    [
      'a hasty election',
      ['      patroni:\n', '      etcd: { heartbeat_ms: 500 }\n      patroni:\n'],
      'inventory.yaml:10:13: etcd.election_timeout_ms: election_timeout_ms has to be five times heartbeat_ms or more, or etcd does not start',
    ],
    [
      'no server',
      ['      patroni:\n', '      etcd: { server: false }\n      patroni:\n'],
      'inventory.yaml:10:23: etcd.server: no node is an etcd server (three or five nodes with etcd.server: true)',
    ],
  ] as const)('%s', (_, change, problem) => {
    expect(problems(onEtcd, change).join('\n')).toContain(problem)
  })
})
