import { describe, expect, it } from 'vitest'
import { problemText } from '../../src/shared/errors.ts'
import { changed, loadFiles, problemsOf } from '../inventory/support.ts'

interface Case {
  readonly name: string
  /** What is replaced in the sound site. */
  readonly change: readonly (readonly [string, string])[]
  readonly problems: readonly string[]
}

const n2 = 'address: 198.18.1.12'

// What does not fit together.
const wrong: readonly Case[] = [
  {
    name: 'the root as a folder of data',
    change: [['version: 17', 'data_dir: /']],
    problems: [
      'inventory.yaml:7:19: postgresql.data_dir: / cannot be a folder of data: is too near to the root (such as /srv/postgresql/main)',
    ],
  },
  {
    name: 'folders of the system as folders of data, one at a host',
    change: [
      ['version: 17', 'data_dir: /data/'],
      ['      patroni:', '      consul: { data_dir: //usr/./consul }\n      patroni:'],
      [n2, n2 + ', postgresql: { data_dir: /var/lib/postgresql }'],
    ],
    problems: [
      'inventory.yaml:7:19: postgresql.data_dir: on n1, n3: /data cannot be a folder of data: is too near to the root (such as /srv/postgresql/main)',
      'inventory.yaml:9:27: consul.data_dir: /usr/consul cannot be a folder of data: /usr belongs to the system (such as /srv/postgresql/main)',
      'inventory.yaml:20:59: postgresql.data_dir: on n2: /var/lib/postgresql cannot be a folder of data: /var/lib/postgresql holds folders of many owners (such as /srv/postgresql/main)',
    ],
  },
  {
    name: 'data where the system throws things away, of a host that leaves',
    change: [
      [
        '    hosts:',
        '    absent: { n4: { address: 198.18.1.14, postgresql: { data_dir: /tmp/pg/17 } } }\n    hosts:',
      ],
      ['vrrp_secret: vrrp1234', 'vrrp_secret: vrrp1234\n        priority: 100'],
    ],
    problems: [
      'inventory.yaml:18:67: postgresql.data_dir: on n4: /tmp/pg/17 cannot be a folder of data: /tmp is emptied by the system (such as /srv/postgresql/main)',
    ],
  },
  {
    name: 'data of two in one folder',
    change: [
      ['version: 17', 'data_dir: /srv/data/'],
      ['      patroni:', '      consul: { data_dir: /srv/data }\n      patroni:'],
    ],
    problems: ['inventory.yaml:7:19: postgresql.data_dir: /srv/data is also the data of consul (/srv/data)'],
  },
  {
    name: 'data below the data of another, which is a default',
    change: [['      patroni:', '      consul: { data_dir: /var/lib/pgsql/17 }\n      patroni:']],
    problems: [
      'inventory.yaml:9:27: consul.data_dir: /var/lib/pgsql/17 lies above or below the data of postgresql (/var/lib/pgsql/17/data)',
    ],
  },
  {
    name: 'more synchronous standbys than there are',
    change: [['scope: main', "scope: main\n        synchronous: 'on'\n        synchronous_count: 3"]],
    problems: [
      'inventory.yaml:12:28: patroni.synchronous_count: a commit would wait for 3 replicas, of 3 members that can be synchronous standbys while one of them leads (lower synchronous_count, add members, or set synchronous: off)',
    ],
  },
  {
    name: 'synchronous standbys that may not be any',
    change: [
      ['scope: main', 'scope: main\n        synchronous: strict'],
      [n2, n2 + ', patroni: { tags: { nosync: true } }'],
      ['198.18.1.13', '198.18.1.13, patroni: { tags: { nosync: true } }'],
    ],
    problems: [
      'inventory.yaml:11:22: patroni.synchronous: a commit would wait for 1 replicas, of 1 members that can be synchronous standbys while one of them leads (lower synchronous_count, add members, or set synchronous: off)',
    ],
  },
  {
    name: 'a quorum of an old PostgreSQL and a pinned old Patroni',
    change: [
      ['version: 17', 'version: 9.6'],
      [
        'scope: main',
        "scope: main\n        synchronous: quorum\n        install: { method: pip, requirements: ['patroni[consul]==3.3.2'] }",
      ],
    ],
    problems: [
      'inventory.yaml:11:22: patroni.synchronous: quorum needs PostgreSQL 10, not 9.6 (set on or strict)',
      'inventory.yaml:11:22: patroni.synchronous: quorum needs Patroni 4.0, not 3.3.2 of patroni.install (set on or strict)',
    ],
  },
  {
    name: 'a quorum of an old Patroni from git',
    change: [
      [
        'scope: main',
        'scope: main\n        synchronous: quorum\n        install: { method: git, git: { ref: v3.3.2 } }',
      ],
    ],
    problems: [
      'inventory.yaml:11:22: patroni.synchronous: quorum needs Patroni 4.0, not 3.3.2 of patroni.install (set on or strict)',
    ],
  },
  {
    name: 'a synchronous mode in two places',
    change: [
      ['scope: main', 'scope: main\n        dcs: { synchronous_mode: true, synchronous_node_count: 2 }'],
    ],
    problems: [
      'inventory.yaml:11:34: patroni.dcs.synchronous_mode: this key belongs in patroni.synchronous',
      'inventory.yaml:11:64: patroni.dcs.synchronous_node_count: this key belongs in patroni.synchronous_count',
    ],
  },
  {
    name: 'one address twice',
    change: [[n2, 'address: 198.18.1.11']],
    problems: ['inventory.yaml:19:22: address: 198.18.1.11 is also the address of n1 (inventory.yaml:18:22)'],
  },
  {
    name: 'an address that no other node can reach',
    change: [[n2, 'address: 127.0.0.1']],
    problems: ['inventory.yaml:19:22: address: on n2: 127.0.0.1 cannot be reached from other nodes'],
  },
  {
    name: 'one node name twice',
    change: [[n2, n2 + ', patroni: { node_name: n1 }']],
    problems: [
      'inventory.yaml:19:57: patroni.node_name: n2 and n1 would both be the member n1 (inventory.yaml:18:7)',
    ],
  },
  {
    name: 'a node name that is the default of another',
    change: [['address: 198.18.1.13', 'address: 198.18.1.13, patroni: { node_name: n2 }']],
    problems: [
      'inventory.yaml:20:57: patroni.node_name: n3 and n2 would both be the member n2 (inventory.yaml:19:7)',
    ],
  },
  {
    name: 'a VIP that is a node',
    change: [['vip: 198.18.1.100', 'vip: 198.18.1.12']],
    problems: ['inventory.yaml:15:14: keepalived.vip: 198.18.1.12 is the address of n2'],
  },
  {
    name: 'a VIP outside the network',
    change: [['vip: 198.18.1.100', 'prefix: 24\n        vip: 198.18.2.100']],
    problems: [
      'inventory.yaml:16:14: keepalived.vip: 198.18.2.100 is outside the network of the nodes, 198.18.1.0/24',
    ],
  },
  {
    name: 'a VIP that is the network',
    change: [['vip: 198.18.1.100', 'prefix: 24\n        vip: 198.18.1.0']],
    problems: ['inventory.yaml:16:14: keepalived.vip: 198.18.1.0 is the address of the network itself'],
  },
  {
    name: 'a VIP that is the broadcast address',
    change: [['vip: 198.18.1.100', 'prefix: 24\n        vip: 198.18.1.255']],
    problems: ['inventory.yaml:16:14: keepalived.vip: 198.18.1.255 is the broadcast address of the network'],
  },
  {
    name: 'a VIP that is no address of a machine',
    change: [['vip: 198.18.1.100', 'vip: 224.0.0.18']],
    problems: ['inventory.yaml:15:14: keepalived.vip: 224.0.0.18 cannot be the address of a machine'],
  },
  {
    name: 'no keepalived section',
    change: [
      [
        '      keepalived:\n        vip: 198.18.1.100                                             # 15\n        vrrp_secret: vrrp1234\n',
        '',
      ],
      [', keepalived: { priority: 101 }', ''],
      [', keepalived: { priority: 102 }', ''],
      [', keepalived: { priority: 103 }', ''],
    ],
    problems: [
      'inventory.yaml:15:7: keepalived: missing: the role needs vip, vrrp_secret and a priority for each node (or take keepalived out of roles)',
    ],
  },
  {
    name: 'a priority missing',
    change: [[', keepalived: { priority: 102 }', '']],
    problems: ['inventory.yaml:19:7: keepalived.priority: missing on n2: each node needs its own'],
  },
  {
    name: 'one priority twice',
    change: [['priority: 102', 'priority: 101']],
    problems: [
      'inventory.yaml:19:59: keepalived.priority: n2 has the priority of n1 (inventory.yaml:18:59) (each node needs its own)',
    ],
  },
  {
    name: 'a profile that one node does not have',
    change: [
      ['postgresql:\n', 'profile: balanced\n      postgresql:\n'],
      [n2, n2 + ', profile: durable'],
    ],
    problems: [
      'inventory.yaml:6:16: profile: has to be the same on all nodes, but is another on n2 (inventory.yaml:20:44)',
      'inventory.yaml:20:44: profile: has to be the same on all nodes, but is another on n1, n3 (inventory.yaml:6:16)',
    ],
  },
  {
    name: 'Patroni timeouts above ttl',
    change: [['scope: main', 'scope: main\n        retry_timeout: 10']],
    problems: [
      'inventory.yaml:11:24: patroni.retry_timeout: loop_wait + 2 * retry_timeout = 3 + 2 * 10 = 23 s, more than ttl = 20 s (raise ttl or lower the others)',
    ],
  },
  {
    name: 'HAProxy that fences too late',
    change: [
      [
        '      keepalived:\n',
        '      haproxy: { inter_ms: 3000, fall: 3, fastinter_ms: 3000, check_timeout_ms: 5000 }\n      keepalived:\n',
      ],
    ],
    problems: [
      'inventory.yaml:14:81: haproxy.check_timeout_ms: HAProxy cuts a hung leader off 10 s after another one may be promoted: writes get lost (inter_ms + fall * (connect_timeout_ms + check_timeout_ms) + (fall - 1) * fastinter_ms < ttl - loop_wait)',
    ],
  },
  {
    name: 'patroni without postgres',
    change: [[n2, n2 + ', roles: [consul, patroni, haproxy, keepalived]']],
    problems: ['inventory.yaml:19:42: roles: on n2: patroni needs postgres: it runs PostgreSQL'],
  },
  {
    name: 'postgres without patroni',
    change: [[n2, n2 + ', roles: [consul, postgres, haproxy, keepalived]']],
    problems: ['inventory.yaml:19:42: roles: on n2: postgres needs patroni: nothing else starts it'],
  },
  {
    name: 'keepalived without haproxy',
    change: [[n2, n2 + ', roles: [consul, postgres, patroni, keepalived]']],
    problems: [
      'inventory.yaml:19:42: roles: on n2: keepalived needs haproxy: it gives up the virtual address when the HAProxy of the node is silent',
    ],
  },
  {
    name: 'patroni without consul',
    change: [[n2, n2 + ', roles: [postgres, patroni, haproxy, keepalived]']],
    problems: [
      'inventory.yaml:19:42: roles: on n2: patroni needs consul on its node (add the role consul or set consul.external)',
    ],
  },
  {
    name: 'no member',
    change: [['    vars: ', '    vars:\n      roles: [consul, haproxy, keepalived] ']],
    problems: ['inventory.yaml:6:14: roles: no node has the role patroni'],
  },
  {
    name: 'no Consul server',
    change: [['      keepalived:\n', '      consul: { server: false }\n      keepalived:\n']],
    problems: [
      'inventory.yaml:14:25: consul.server: no node is a Consul server (three or five nodes with consul.server: true)',
    ],
  },
  {
    name: 'a port of another program',
    change: [['version: 17', 'version: 17\n        port: 5000']],
    problems: ['inventory.yaml:8:15: postgresql.port: port 5000 is also haproxy.primary_port'],
  },
  {
    name: 'a port of Consul',
    change: [['      keepalived:\n', '      haproxy: { primary_port: 8500 }\n      keepalived:\n']],
    problems: ["inventory.yaml:14:32: haproxy.primary_port: port 8500 is also one of Consul's"],
  },
  {
    name: 'clusters with two names',
    change: [[n2, n2 + ', patroni: { scope: other }']],
    problems: [
      'inventory.yaml:10:16: patroni.scope: has to be the same on all nodes, but is another on n2 (inventory.yaml:19:53)',
      'inventory.yaml:19:53: patroni.scope: has to be the same on all nodes, but is another on n1, n3 (inventory.yaml:10:16)',
    ],
  },
  {
    name: 'two passwords for one purpose',
    change: [[n2, n2 + ', patroni: { rest_password: another-password }']],
    problems: [
      'inventory.yaml:11:24: patroni.rest_password: has to be the same on all nodes, but is another on n2 (inventory.yaml:19:61)',
      'inventory.yaml:19:61: patroni.rest_password: has to be the same on all nodes, but is another on n1, n3 (inventory.yaml:11:24)',
    ],
  },
  {
    name: 'two virtual routers',
    change: [['priority: 102', 'priority: 102, virtual_router_id: 52']],
    problems: [
      'inventory.yaml:19:83: keepalived.virtual_router_id: has to be the same on all nodes, but is another on n1, n3 (by default)',
    ],
  },
  {
    name: 'two versions of PostgreSQL',
    change: [[n2, n2 + ', postgresql: { version: 16 }']],
    problems: [
      'inventory.yaml:7:18: postgresql.version: has to be the same on all nodes, but is another on n2 (inventory.yaml:19:58)',
      'inventory.yaml:19:58: postgresql.version: has to be the same on all nodes, but is another on n1, n3 (inventory.yaml:7:18)',
    ],
  },
  {
    name: 'a setting of PostgreSQL on one node',
    change: [[n2, n2 + ', postgresql: { parameters: { work_mem: 8MB } }']],
    problems: [
      'inventory.yaml:19:73: postgresql.parameters.work_mem: has to be the same on all nodes, but is another on n1, n3 (by default)',
    ],
  },
  {
    name: 'a DCS key that has a field',
    change: [
      [
        'scope: main',
        'scope: main\n        dcs: { ttl: 30, master_start_timeout: 0, postgresql: { pg_hba: [], parameters: {} } }',
      ],
    ],
    problems: [
      'inventory.yaml:11:21: patroni.dcs.ttl: this key belongs in patroni.ttl',
      'inventory.yaml:11:47: patroni.dcs.master_start_timeout: this key belongs in patroni.primary_start_timeout',
      'inventory.yaml:11:72: patroni.dcs.postgresql.pg_hba: this key belongs in postgresql.hba and postgresql.client_networks',
      'inventory.yaml:11:88: patroni.dcs.postgresql.parameters: this key belongs in postgresql.parameters',
    ],
  },
  {
    name: 'a pause',
    change: [['scope: main', 'scope: main\n        dcs: { pause: true }']],
    problems: ['inventory.yaml:11:23: patroni.dcs.pause: pausing is an operation, not a setting'],
  },
  {
    name: 'settings that Patroni controls',
    change: [
      [
        'max_connections: 400',
        'listen_addresses: "*", Port: 5433, cluster_name: x, hot_standby: on, hba_file: /x',
      ],
    ],
    problems: [
      'inventory.yaml:8:41: postgresql.parameters.listen_addresses: Patroni controls this setting (PostgreSQL listens on the address of the node)',
      'inventory.yaml:8:52: postgresql.parameters.Port: Patroni controls this setting (use postgresql.port)',
      'inventory.yaml:8:72: postgresql.parameters.cluster_name: Patroni controls this setting (use patroni.scope)',
      'inventory.yaml:8:88: postgresql.parameters.hot_standby: Patroni controls this setting (replicas always serve reads)',
      'inventory.yaml:8:102: postgresql.parameters.hba_file: Patroni controls this setting (use postgresql.hba)',
    ],
  },
  {
    name: 'a setting that is gone',
    change: [['max_connections: 400', 'wal_keep_segments: 8']],
    problems: [
      'inventory.yaml:8:42: postgresql.parameters.wal_keep_segments: this setting is gone since PostgreSQL 13, and version is 17 (use wal_keep_size)',
    ],
  },
  {
    name: 'a setting that is not there yet',
    change: [
      ['version: 17', 'version: 12'],
      ['max_connections: 400', 'wal_keep_size: 1GB'],
    ],
    problems: [
      'inventory.yaml:8:38: postgresql.parameters.wal_keep_size: this setting exists from PostgreSQL 13, and version is 12 (use wal_keep_segments)',
    ],
  },
  {
    name: 'an old name of a level',
    change: [['max_connections: 400', 'wal_level: hot_standby']],
    problems: [
      'inventory.yaml:8:34: postgresql.parameters.wal_level: hot_standby is an old name (use replica)',
    ],
  },
  {
    name: 'a level without replication',
    change: [['max_connections: 400', 'wal_level: minimal']],
    problems: [
      'inventory.yaml:8:34: postgresql.parameters.wal_level: minimal leaves nothing to replicate (use replica)',
    ],
  },
  {
    name: 'one database role for two purposes',
    change: [
      ['scope: main', 'scope: main\n        replication_user: postgres\n        rewind_user: postgres'],
    ],
    problems: [
      'inventory.yaml:11:27: patroni.replication_user: this role has another purpose already (patroni.superuser)',
      'inventory.yaml:12:22: patroni.rewind_user: this role has another purpose already (patroni.superuser)',
    ],
  },
]

// What may be meant, but should be known.
const doubtful: readonly Case[] = [
  {
    name: 'a single member',
    change: [
      ['      n2: { address: 198.18.1.12, keepalived: { priority: 102 } }\n', ''],
      ['      n3: { address: 198.18.1.13, keepalived: { priority: 103 } }', ''],
    ],
    problems: [
      'inventory.yaml:18:7: roles: n1 is the only member: there is nothing to fail over to',
      'inventory.yaml:18:7: consul.server: one Consul server: the loss of none is survived (use three or five)',
    ],
  },
  {
    name: 'an even number of Consul servers',
    change: [[n2, n2 + ', consul: { server: false }']],
    problems: [
      'inventory.yaml:18:7: consul.server: 2 Consul servers, an even number: the loss of none is survived (use three or five)',
    ],
  },
  {
    name: 'a thin fencing margin',
    change: [['      keepalived:\n', '      haproxy: { check_timeout_ms: 1375 }\n      keepalived:\n']],
    problems: [
      'inventory.yaml:14:36: haproxy.check_timeout_ms: HAProxy cuts a hung leader off only 3.5 s before another one may be promoted; 5 s are safe (inter_ms + fall * (connect_timeout_ms + check_timeout_ms) + (fall - 1) * fastinter_ms < ttl - loop_wait)',
    ],
  },
  {
    name: 'more connections than PostgreSQL takes',
    change: [['max_connections: 400', 'max_connections: 50']],
    problems: [
      'inventory.yaml:8:40: postgresql.parameters.max_connections: HAProxy passes on 90 connections, PostgreSQL takes max_connections = 50 (set postgresql.parameters.max_connections above haproxy.server_maxconn)',
    ],
  },
  {
    name: 'more connections than the default of PostgreSQL',
    change: [
      ['{ max_connections: 400 }', '{}'],
      ['      keepalived:\n', '      haproxy: { server_maxconn: 300 }\n      keepalived:\n'],
    ],
    problems: [
      'inventory.yaml:14:34: haproxy.server_maxconn: HAProxy passes on 300 connections, PostgreSQL takes max_connections = 100 (set postgresql.parameters.max_connections above haproxy.server_maxconn)',
    ],
  },
  {
    name: 'a misspelt DCS key',
    change: [['scope: main', 'scope: main\n        dcs: { standby_clustr: {} }']],
    problems: [
      'inventory.yaml:11:32: patroni.dcs.standby_clustr: Patroni may not know this key and then passes over it (did you mean "standby_cluster"?)',
    ],
  },
  {
    name: 'one password for everything',
    change: [
      ['superuser-password', 'one-password'],
      ['replication-password', 'one-password'],
      ['rest_password: rest-password', 'rest_password: one-password'],
    ],
    problems: [
      'inventory.yaml:12:29: patroni.superuser_password: is the same as rest_password (give each its own)',
      'inventory.yaml:13:31: patroni.replication_password: is the same as rest_password (give each its own)',
    ],
  },
  {
    name: 'a section that is empty, and so switches nothing on',
    change: [['patroni:', 'ntp:\n      patroni:']],
    problems: [
      'inventory.yaml:9:7: ntp: is empty, and switches nothing on (ntp: true takes all defaults; false, or no line at all, leaves it off)',
    ],
  },
  {
    name: 'a database open to the world',
    change: [['version: 17', 'client_networks: [198.18.2.0/24, 0.0.0.0/0]']],
    problems: ['inventory.yaml:7:42: postgresql.client_networks[1]: the whole world may try to log in'],
  },
  {
    name: 'a hasty failover without synchronous replication',
    change: [['scope: main', 'scope: main\n        primary_start_timeout: 0']],
    problems: [
      'inventory.yaml:11:32: patroni.primary_start_timeout: 0 loses acknowledged writes with asynchronous replication (set patroni.synchronous, or 30)',
    ],
  },
]

describe('a site whose parts do not agree', () => {
  it.each(wrong)('$name', ({ change, problems }) => {
    expect(problemsOf({ 'inventory.yaml': changed(...change) })).toEqual(problems)
  })
})

describe('a site with something doubtful', () => {
  it.each(doubtful)('$name', ({ change, problems }) => {
    const { warnings } = loadFiles({ 'inventory.yaml': changed(...change) })
    expect(warnings.map(problemText).map((text) => text.replace(/^.*\/(?=inventory\.yaml)/, ''))).toEqual(
      problems,
    )
  })

  it('warns of nothing on a sound site', () => {
    expect(loadFiles({ 'inventory.yaml': changed() }).warnings).toEqual([])
  })
})
