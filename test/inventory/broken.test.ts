import { describe, expect, it } from 'vitest'
import { loadSite } from '../../src/roles/site.ts'
import { type SiteFiles, changed, problemsOf } from './support.ts'

interface Broken {
  readonly name: string
  /** What is replaced in the sound site. */
  readonly change?: readonly (readonly [string, string])[]
  /** Or the whole inventory. */
  readonly text?: string
  /** Further files. */
  readonly files?: SiteFiles
  readonly extraVars?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly problems: readonly string[]
}

const n2 = 'address: 198.18.1.12'

// Eight levels, each ten times the one before: 100 million values in 500 bytes.
const aliasBomb = Array.from({ length: 8 }, (_, level) => {
  const items = Array<string>(10).fill(level === 0 ? 'x' : `*l${level - 1}`)
  return `l${level}: &l${level} [${items.join(', ')}]\n`
}).join('')

// What cannot be read as YAML, or only as something else.
const reading: readonly Broken[] = [
  { name: 'an empty file', text: '', problems: ['inventory.yaml:1:1: the inventory is empty'] },
  {
    name: 'a file of comments',
    text: '# nothing yet\n',
    problems: ['inventory.yaml:1:1: the inventory is empty'],
  },
  {
    name: 'a list instead of sections',
    text: '- n1\n- n2\n',
    problems: ['inventory.yaml:1:1: expected a section of keys, not a list'],
  },
  {
    name: 'plain text',
    text: 'hello',
    problems: ['inventory.yaml:1:1: expected a section of keys, not text'],
  },
  {
    name: 'no hosts',
    text: 'groups:\n  pgsql:\n    hosts: {}\n',
    problems: ['inventory.yaml:1:1: there is no host (hosts stand under groups.NAME.hosts)'],
  },
  {
    name: 'no groups',
    text: 'vars:\n  ssh: {}\n',
    problems: ['inventory.yaml:1:1: there is no host (hosts stand under groups.NAME.hosts)'],
  },
  {
    name: 'a tab in the indentation',
    change: [['  pgsql:\n    vars:', '  pgsql:\n\tvars:']],
    problems: ['inventory.yaml:5:1: a tab in the indentation; YAML allows only spaces'],
  },
  {
    name: 'a key given twice',
    change: [['scope: main ', 'scope: main\n        scope: other ']],
    problems: ['inventory.yaml:11:9: this key is given twice'],
  },
  {
    name: 'two keys given twice',
    change: [
      ['scope: main ', 'scope: main\n        scope: other '],
      ['vrrp_secret: vrrp1234', 'vrrp_secret: vrrp1234\n        vip: 198.18.1.101'],
    ],
    problems: [
      'inventory.yaml:11:9: this key is given twice',
      'inventory.yaml:18:9: this key is given twice',
    ],
  },
  {
    name: 'a quote that is not closed',
    change: [['scope: main', 'scope: "main']],
    problems: ['inventory.yaml:10:16: the quote opened before is not closed'],
  },
  {
    name: 'a bracket that is not closed',
    change: [['{ max_connections: 400 }', '{ max_connections: 400']],
    problems: ['inventory.yaml:9:7: the { opened before is not closed'],
  },
  {
    name: 'a colon in plain text',
    change: [['rest_password: rest-password', 'rest_password: rest: password']],
    problems: [
      'inventory.yaml:11:24: a key with a value cannot stand here; put text that contains ": " in quotes',
    ],
  },
  {
    name: 'a percent sign at the start of a value',
    change: [['rest_password: rest-password', 'rest_password: %rest-password']],
    problems: ['inventory.yaml:11:24: text cannot start with this character; put it in quotes'],
  },
  {
    name: 'a wrong indentation',
    change: [['        version: 17', '         version: 17']],
    problems: ['inventory.yaml:8:1: wrong indentation'],
  },
  {
    name: 'an alias without anchor',
    change: [['scope: main', 'scope: *name']],
    problems: ['inventory.yaml:10:16: an alias (*name) of an anchor (&name) that is not set before it'],
  },
  {
    name: 'an alias that contains itself',
    change: [['parameters: { max_connections: 400 }', 'parameters: &p { a: *p }']],
    problems: ['inventory.yaml:8:24: nested more than 32 levels deep'],
  },
  {
    name: 'an alias bomb',
    text: aliasBomb,
    problems: ['inventory.yaml:1:19: more than 300000 values, aliases resolved'],
  },
  {
    name: 'an unknown tag',
    change: [['rest_password: rest-password', 'rest_password: !vault rest-password']],
    problems: ['inventory.yaml:11:31: unknown tag (only !env NAME is known)'],
  },
  {
    name: 'a tag on a section',
    change: [['parameters: {', 'parameters: !!set {']],
    problems: ['inventory.yaml:8:21: a tag that does not fit; only !env NAME is known'],
  },
  {
    name: 'an environment variable that is not set',
    change: [['rest_password: rest-password', 'rest_password: !env REST_PASSWORD']],
    problems: [
      'inventory.yaml:11:29: the environment variable REST_PASSWORD is not set (export REST_PASSWORD=…)',
    ],
  },
  {
    name: 'an environment variable that is empty',
    change: [['rest_password: rest-password', 'rest_password: !env REST_PASSWORD']],
    env: { REST_PASSWORD: '' },
    problems: [
      'inventory.yaml:11:29: the environment variable REST_PASSWORD is empty (export REST_PASSWORD=…)',
    ],
  },
  {
    name: 'no name behind !env',
    change: [['rest_password: rest-password', 'rest_password: !env "my password"']],
    problems: ['inventory.yaml:11:29: !env takes the name of an environment variable'],
  },
  {
    name: 'a second document',
    text: 'vars: {}\n---\ngroups: {}\n',
    problems: ['inventory.yaml:2:1: a second document (---) in one file'],
  },
  {
    name: 'a key that would reach into JavaScript',
    change: [['scope: main', '__proto__: main']],
    problems: [
      'inventory.yaml:9:7: patroni.scope: missing (name of the cluster in the DCS)',
      'inventory.yaml:10:9: this key is not allowed',
    ],
  },
  {
    name: 'a list as a key',
    change: [['scope: main', '? [scope]\n        : main']],
    problems: [
      'inventory.yaml:9:7: patroni.scope: missing (name of the cluster in the DCS)',
      'inventory.yaml:10:11: a key has to be plain text',
    ],
  },
  {
    name: 'a number that cannot be kept',
    change: [['version: 17', 'version: 12345678901234567890']],
    problems: ['inventory.yaml:7:18: a number too large to be kept exactly (put it in quotes)'],
  },
  {
    name: 'nesting without end',
    text: '['.repeat(100_000),
    problems: ['inventory.yaml:1:1: nested more than 32 levels deep'],
  },
  {
    name: 'a file of more than 1 MiB',
    text: '#'.repeat(1024 * 1024 + 1),
    problems: ['inventory.yaml:1:1: larger than 1 MiB'],
  },
]

// What is in the wrong place.
const structure: readonly Broken[] = [
  {
    name: 'a misspelt top-level key',
    change: [['groups:', 'group:']],
    problems: ['inventory.yaml:3:1: group: unknown key (did you mean "groups"?)'],
  },
  {
    name: 'an unknown top-level key',
    change: [['groups:', 'version: 3\ngroups:']],
    problems: ['inventory.yaml:3:1: version: unknown key (known: vars, groups, absent)'],
  },
  {
    name: 'a misspelt key of a group',
    change: [['    hosts:', '    host:']],
    problems: ['inventory.yaml:17:5: groups.pgsql.host: unknown key (did you mean "hosts"?)'],
  },
  {
    name: 'hosts as a list',
    text: 'groups:\n  pgsql:\n    hosts: [n1, n2]\n',
    problems: ['inventory.yaml:3:12: groups.pgsql.hosts: expected a section of keys, not a list'],
  },
  {
    name: 'a host name in capitals',
    change: [['n2: {', 'N2: {']],
    problems: [
      'inventory.yaml:19:7: groups.pgsql.hosts.N2: not a host name (lower-case letters, digits, dots and hyphens, at most 63)',
    ],
  },
  {
    name: 'a host name that would run a command',
    change: [['n2: {', '"n2;reboot": {']],
    problems: [
      'inventory.yaml:19:7: groups.pgsql.hosts["n2;reboot"]: not a host name (lower-case letters, digits, dots and hyphens, at most 63)',
    ],
  },
  {
    name: 'a group name with a space',
    change: [['  pgsql:', '  my group:']],
    problems: [
      'inventory.yaml:4:3: groups["my group"]: not a group name (lower-case letters, digits, _ and hyphens, at most 63)',
    ],
  },
  {
    name: 'a group all',
    change: [['groups:', 'groups:\n  all: { vars: { ssh: {} } }']],
    problems: ['inventory.yaml:4:3: groups.all: the group all is always there (put its vars under vars:)'],
  },
  {
    name: 'a group called like a host',
    change: [['groups:', 'groups:\n  n1: {}']],
    problems: ['inventory.yaml:4:3: groups.n1: there is also a host n1'],
  },
  {
    name: 'a child that does not exist',
    change: [['groups:', 'groups:\n  east: { children: [pgsq] }']],
    problems: ['inventory.yaml:4:22: groups.east.children: there is no group pgsq (did you mean "pgsql"?)'],
  },
  {
    name: 'groups that contain each other',
    change: [
      ['groups:', 'groups:\n  east: { children: [pgsql] }'],
      ['    hosts:', '    children: [east]\n    hosts:'],
    ],
    problems: [
      'inventory.yaml:4:22: groups.east.children: east contains pgsql, which contains east',
      'inventory.yaml:18:16: groups.pgsql.children: pgsql contains east, which contains pgsql',
    ],
  },
  {
    name: 'children as text',
    change: [['groups:', 'groups:\n  east: { children: pgsql }']],
    problems: ['inventory.yaml:4:21: groups.east.children: expected a list of group names'],
  },
  {
    name: 'a host in two groups with two addresses',
    change: [['groups:', 'groups:\n  east: { hosts: { n1: { address: 198.18.1.21 } } }']],
    problems: [
      'inventory.yaml:19:22: address: n1 has another value at inventory.yaml:4:35 (keep one of them)',
    ],
  },
  {
    name: 'a host without a section',
    change: [['n2: { address: 198.18.1.12, keepalived: { priority: 102 } }', 'n2: 198.18.1.12']],
    problems: [
      'inventory.yaml:19:7: address: on n2: missing (IPv4 address of the node, reached by pgha and by the other nodes)',
      'inventory.yaml:19:7: keepalived.priority: missing on n2: each node needs its own',
      'inventory.yaml:19:11: groups.pgsql.hosts.n2: expected a section of keys, not text',
    ],
  },
  {
    name: 'host_vars for a host that does not exist',
    files: { 'host_vars/n4.yaml': 'address: 198.18.1.14\n' },
    problems: ['host_vars/n4.yaml:1:1: there is no host n4 (known: n1, n2, n3)'],
  },
  {
    name: 'group_vars for a group that does not exist',
    files: { 'group_vars/pgsq/main.yml': 'patroni: {}\n' },
    problems: ['group_vars/pgsq:1:1: there is no group pgsq (did you mean "pgsql"?)'],
  },
  {
    name: 'host_vars that are a list',
    files: { 'host_vars/n1.yaml': '- address\n' },
    problems: ['host_vars/n1.yaml:1:1: expected a section of keys, not a list'],
  },
  {
    name: 'host_vars that cannot be parsed',
    files: { 'host_vars/n1.yaml': 'patroni: {\n' },
    problems: ['host_vars/n1.yaml:2:1: the { opened before is not closed'],
  },
  {
    name: 'host_vars that is a file',
    files: { host_vars: 'n1: 1\n' },
    problems: ['host_vars:1:1: this is a file, not a directory'],
  },
  {
    name: 'a folder called like a file of variables',
    files: { 'host_vars/n1.yaml/main.yaml': 'address: 198.18.1.11\n' },
    problems: ['host_vars/n1.yaml:1:1: there is no host n1.yaml (known: n1, n2, n3)'],
  },
]

// What -e cannot mean.
const extraVars: readonly Broken[] = [
  {
    name: '-e without a value',
    extraVars: ['patroni.ttl'],
    problems: ['-e:1:1: expected -e key.path=value or -e @file.yaml'],
  },
  {
    name: '-e without a key',
    extraVars: ['=5'],
    problems: ['-e:1:1: expected -e key.path=value or -e @file.yaml'],
  },
  {
    name: '-e with a misspelt key',
    extraVars: ['patroni.ttl=30', 'haproxy.primry_port=5002'],
    problems: ['-e:2:1: haproxy.primry_port: unknown key (did you mean "primary_port"?)'],
  },
  {
    name: '-e with a wrong value',
    extraVars: ['patroni.ttl=soon'],
    problems: ['-e:1:13: patroni.ttl: expected a number, not text'],
  },
  {
    name: '-e through a value',
    extraVars: ['patroni.scope.name=main'],
    problems: ['-e:1:1: patroni.scope: expected text, not a section of keys'],
  },
  {
    name: '-e with broken YAML',
    extraVars: ['postgresql.hba=[a'],
    problems: ['-e:1:18: the [ opened before is not closed'],
  },
  {
    name: '-e with a file that does not exist',
    extraVars: ['@more.yaml'],
    problems: ['more.yaml:1:1: there is no such file'],
  },
  {
    name: '-e with a file that has a wrong value',
    extraVars: ['@more.yaml'],
    files: { 'more.yaml': 'haproxy:\n  fall: 0\n' },
    problems: ['more.yaml:2:9: haproxy.fall: has to be at least 1'],
  },
]

// What the schema refuses.
const values: readonly Broken[] = [
  {
    name: 'a misspelt section',
    change: [['  ssh: {', '  shh: {']],
    problems: ['inventory.yaml:2:3: shh: unknown key (did you mean "ssh"?)'],
  },
  {
    name: 'a misspelt key in a section',
    change: [['scope: main', 'scop: main']],
    problems: [
      'inventory.yaml:9:7: patroni.scope: missing (name of the cluster in the DCS)',
      'inventory.yaml:10:9: patroni.scop: unknown key (did you mean "scope"?)',
    ],
  },
  {
    name: 'a misspelt key on one host',
    change: [['priority: 102', 'priorty: 102']],
    problems: ['inventory.yaml:19:49: keepalived.priorty: on n2: unknown key (did you mean "priority"?)'],
  },
  {
    name: 'a misspelt tag',
    change: [[n2, n2 + ', patroni: { tags: { nofailver: true } }']],
    problems: [
      'inventory.yaml:19:54: patroni.tags.nofailver: on n2: unknown key (did you mean "nofailover"?)',
    ],
  },
  {
    name: 'no address',
    change: [['n2: { address: 198.18.1.12, ', 'n2: { ']],
    problems: [
      'inventory.yaml:19:7: address: on n2: missing (IPv4 address of the node, reached by pgha and by the other nodes)',
    ],
  },
  {
    name: 'an empty address',
    change: [[n2, 'address:']],
    problems: [
      'inventory.yaml:19:13: address: on n2: is empty (IPv4 address of the node, reached by pgha and by the other nodes)',
    ],
  },
  {
    name: 'no address anywhere',
    change: [
      ['address: 198.18.1.11, ', ''],
      ['address: 198.18.1.12, ', ''],
      ['address: 198.18.1.13, ', ''],
    ],
    problems: [
      'inventory.yaml:18:7: address: missing (IPv4 address of the node, reached by pgha and by the other nodes)',
    ],
  },
  {
    name: 'a name as address',
    change: [[n2, 'address: n2.example']],
    problems: ['inventory.yaml:19:22: address: on n2: not an IPv4 address'],
  },
  {
    name: 'an address with leading zeros',
    change: [[n2, 'address: 198.18.001.12']],
    problems: ['inventory.yaml:19:22: address: on n2: not an IPv4 address'],
  },
  {
    name: 'no patroni section',
    text: 'groups: { pgsql: { hosts: { n1: { address: 198.18.1.11 }, n2: { address: 198.18.1.12 } } } }',
    problems: [
      'inventory.yaml:1:29: patroni.scope: missing (name of the cluster in the DCS)',
      'inventory.yaml:1:29: patroni.rest_password: missing (password of rest_user)',
      'inventory.yaml:1:29: patroni.superuser_password: missing (password of the superuser)',
      'inventory.yaml:1:29: patroni.replication_password: missing (password of the replication role)',
      'inventory.yaml:1:29: keepalived: missing: the role needs vip, vrrp_secret and a priority for each node (or take keepalived out of roles)',
    ],
  },
  {
    name: 'a required value missing on one host',
    change: [
      ['        scope: main ', '        #'],
      ['n1: {', 'n1: { patroni: { scope: main },'],
      ['n3: {', 'n3: { patroni: { scope: main },'],
    ],
    problems: ['inventory.yaml:9:7: patroni.scope: on n2: missing (name of the cluster in the DCS)'],
  },
  {
    name: 'an unknown role',
    change: [[n2, n2 + ', roles: [consul, postgresql]']],
    problems: [
      'inventory.yaml:19:51: roles[1]: on n2: expected one of consul, etcd, postgres, patroni, haproxy, keepalived',
    ],
  },
  {
    name: 'a version in quotes',
    change: [['version: 17', 'version: "17"']],
    problems: [
      'inventory.yaml:7:18: postgresql.version: expected 9.6 or a whole number from 10 to 18, without quotes',
    ],
  },
  {
    name: 'a version that PostgreSQL never had',
    change: [['version: 17', 'version: 9.7']],
    problems: [
      'inventory.yaml:7:18: postgresql.version: expected 9.6 or a whole number from 10 to 18, without quotes',
    ],
  },
  {
    name: 'a version of the future',
    change: [['version: 17', 'version: 19']],
    problems: ['inventory.yaml:7:18: postgresql.version: has to be at most 18'],
  },
  {
    name: 'a port in quotes',
    change: [['version: 17', 'port: "5432"']],
    problems: ['inventory.yaml:7:15: postgresql.port: expected a number, not text; take the quotes away'],
  },
  {
    name: 'a port out of range',
    change: [['version: 17', 'port: 70000']],
    problems: ['inventory.yaml:7:15: postgresql.port: has to be at most 65535'],
  },
  {
    name: 'a broken number',
    change: [['version: 17', 'port: 5432.5']],
    problems: ['inventory.yaml:7:15: postgresql.port: expected a whole number'],
  },
  {
    name: 'a network without prefix',
    change: [['version: 17', 'client_networks: [198.18.2.0/24, 198.18.3.0]']],
    problems: [
      'inventory.yaml:7:42: postgresql.client_networks[1]: not an IPv4 network such as 198.18.1.0/24',
    ],
  },
  {
    name: 'a pg_hba line over two lines',
    change: [['version: 17', 'hba: ["host all all 198.18.2.0/24 md5\\nhost all all 0.0.0.0/0 trust"]']],
    problems: [
      'inventory.yaml:7:15: postgresql.hba[0]: expected a line of pg_hba.conf, such as: host all all 198.18.2.0/24 scram-sha-256',
    ],
  },
  {
    name: 'a pg_hba line that is none',
    change: [['version: 17', 'hba: [allow everybody]']],
    problems: [
      'inventory.yaml:7:15: postgresql.hba[0]: expected a line of pg_hba.conf, such as: host all all 198.18.2.0/24 scram-sha-256',
    ],
  },
  {
    name: 'a setting with a list',
    change: [['max_connections: 400', 'search_path: [a, b]']],
    problems: [
      'inventory.yaml:8:36: postgresql.parameters.search_path: expected one line of text, a number, true or false',
    ],
  },
  {
    name: 'a setting with an empty value',
    change: [['max_connections: 400', 'work_mem: ']],
    problems: ['inventory.yaml:8:23: postgresql.parameters.work_mem: is empty'],
  },
  {
    name: 'a setting with a wrong name',
    change: [['max_connections: 400', '"work mem": 4MB']],
    problems: ['inventory.yaml:8:23: postgresql.parameters["work mem"]: not a name of a PostgreSQL setting'],
  },
  {
    name: 'a relative data directory',
    change: [['version: 17', 'data_dir: data']],
    problems: [
      'inventory.yaml:7:19: postgresql.data_dir: expected an absolute path of letters, digits and _ . / @ + : -, without ..',
    ],
  },
  {
    name: 'a data directory that climbs',
    change: [['version: 17', 'data_dir: /srv/../etc']],
    problems: [
      'inventory.yaml:7:19: postgresql.data_dir: expected an absolute path of letters, digits and _ . / @ + : -, without ..',
    ],
  },
  {
    name: 'a package name that is an option',
    change: [['version: 17', 'packages: [-y]']],
    problems: ['inventory.yaml:7:20: postgresql.packages[0]: not a package name'],
  },
  {
    name: 'a short password',
    change: [['rest_password: rest-password', 'rest_password: abc']],
    problems: ['inventory.yaml:11:24: patroni.rest_password: has to be at least 4 characters long'],
  },
  {
    name: 'a password over two lines',
    change: [['rest_password: rest-password', 'rest_password: "rest\\npassword"']],
    problems: [
      'inventory.yaml:11:24: patroni.rest_password: a secret cannot contain control characters or line ends',
    ],
  },
  {
    name: 'a password that is a number',
    change: [['rest_password: rest-password', 'rest_password: 123456']],
    problems: ['inventory.yaml:11:24: patroni.rest_password: expected text, not a number'],
  },
  {
    name: 'a VRRP secret of more than 8 characters',
    change: [['vrrp1234', 'secret_for_vrrp_auth']],
    problems: ['inventory.yaml:16:22: keepalived.vrrp_secret: longer than the 8 characters that VRRP uses'],
  },
  {
    name: 'a VRRP secret that keepalived would cut',
    change: [['vrrp1234', 'vr#p1234']],
    problems: [
      'inventory.yaml:16:22: keepalived.vrrp_secret: a VRRP secret is made of letters, digits and _ . -',
    ],
  },
  {
    name: 'a gossip key of a wrong length',
    change: [['      keepalived:\n', '      consul: { gossip_key: c2hvcnQ= }\n      keepalived:\n']],
    problems: [
      'inventory.yaml:14:29: consul.gossip_key: expected the base64 of 16, 24 or 32 bytes, as `consul keygen` prints it',
    ],
  },
  {
    name: 'a priority above 254',
    change: [['priority: 102', 'priority: 255']],
    problems: ['inventory.yaml:19:59: keepalived.priority: on n2: has to be at most 254'],
  },
  {
    name: 'a priority of 0',
    change: [['priority: 102', 'priority: 0']],
    problems: ['inventory.yaml:19:59: keepalived.priority: on n2: has to be at least 1'],
  },
  {
    name: 'a virtual router id above 255',
    change: [['vrrp_secret: vrrp1234', 'vrrp_secret: vrrp1234\n        virtual_router_id: 256']],
    problems: ['inventory.yaml:17:28: keepalived.virtual_router_id: has to be at most 255'],
  },
  {
    name: 'a VIP with a prefix',
    change: [['vip: 198.18.1.100', 'vip: 198.18.1.100/24']],
    problems: ['inventory.yaml:15:14: keepalived.vip: not an IPv4 address'],
  },
  {
    name: "a ttl below Patroni's floor",
    change: [['scope: main', 'ttl: 10\n        scope: main']],
    problems: ["inventory.yaml:10:14: patroni.ttl: has to be at least 20, Patroni's own floor"],
  },
  {
    name: 'a watchdog that YAML reads as text',
    change: [['scope: main', 'watchdog: no\n        scope: main']],
    problems: ['inventory.yaml:10:19: patroni.watchdog: expected one of off, automatic, required, auto'],
  },
  {
    name: 'yes for true',
    change: [['scope: main', 'failsafe_mode: yes\n        scope: main']],
    problems: ['inventory.yaml:10:24: patroni.failsafe_mode: expected true or false, not text'],
  },
  {
    name: 'a time without unit',
    change: [['      keepalived:\n', '      haproxy: { client_timeout: "30" }\n      keepalived:\n']],
    problems: [
      'inventory.yaml:14:34: haproxy.client_timeout: expected a time with its unit, such as 500ms, 30s, 10m, 3h',
    ],
  },
  {
    name: 'a list where a section belongs',
    change: [['      keepalived:\n', '      haproxy: [primary_port]\n      keepalived:\n']],
    problems: ['inventory.yaml:14:16: haproxy: expected a section of keys, not a list'],
  },
  {
    name: 'text where a list belongs',
    change: [['{ user: root }', '{ key_files: id_rsa }']],
    problems: ['inventory.yaml:2:21: ssh.key_files: expected a list, not text'],
  },
  {
    name: 'an empty list of addresses',
    change: [['      keepalived:\n', '      haproxy: { bind: [] }\n      keepalived:\n']],
    problems: ['inventory.yaml:14:24: haproxy.bind: has to be a list of at least 1'],
  },
  {
    name: 'an external Consul without port',
    change: [['      keepalived:\n', '      consul: { external: [consul.example] }\n      keepalived:\n']],
    problems: ['inventory.yaml:14:28: consul.external[0]: expected host:port, such as 198.18.1.20:8500'],
  },
  {
    name: 'a package source without content',
    change: [['{ user: root }', '{ user: root }\n  packages: { repositories: [{ name: pgdg }] }']],
    problems: ['inventory.yaml:3:30: packages.repositories[0]: needs apt: or yum:'],
  },
  {
    name: 'mistakes of all kinds at once',
    change: [
      ['  ssh: {', '  shh: {'],
      ['version: 17', 'version: "17"'],
      [n2, 'address: 198.18.1.11'],
      ['priority: 103', 'priority: 300'],
    ],
    files: { 'host_vars/n4.yaml': '' },
    extraVars: ['patroni.tll=30'],
    problems: [
      'inventory.yaml:2:3: shh: unknown key (did you mean "ssh"?)',
      'inventory.yaml:7:18: postgresql.version: expected 9.6 or a whole number from 10 to 18, without quotes',
      'inventory.yaml:19:22: address: 198.18.1.11 is also the address of n1 (inventory.yaml:18:22)',
      'inventory.yaml:20:59: keepalived.priority: on n3: has to be at most 254',
      'host_vars/n4.yaml:1:1: there is no host n4 (known: n1, n2, n3)',
      '-e:1:1: patroni.tll: unknown key (did you mean "ttl"?)',
    ],
  },
]

function filesOf({ text, change = [], files = {} }: Broken): SiteFiles {
  return { 'inventory.yaml': text ?? changed(...change), ...files }
}

describe.each([
  ['text', reading],
  ['structure', structure],
  ['-e', extraVars],
  ['values', values],
])('a broken inventory: %s', (_kind, cases) => {
  it.each(cases)('$name', (broken) => {
    expect(problemsOf(filesOf(broken), broken)).toEqual(broken.problems)
  })
})

describe('files that are none', () => {
  it('reports an inventory that does not exist', () => {
    expect(problemsOf({})).toEqual(['inventory.yaml:1:1: there is no such file'])
  })

  it('reports a directory', () => {
    expect(problemsOf({ 'inventory.yaml/n1.yaml': '' })).toEqual([
      'inventory.yaml:1:1: this is a directory, not a file',
    ])
  })

  it('reports bytes that are not UTF-8', () => {
    const files = { 'inventory.yaml': Buffer.from([0x76, 0x3a, 0x20, 0xff]) }
    expect(problemsOf(files)).toEqual(['inventory.yaml:1:1: not UTF-8 text'])
  })

  it('stops reading a device that never ends', () => {
    const file = '/dev/zero'
    expect(() => loadSite({ file, env: {} })).toThrow('/dev/zero:1:1: larger than 1 MiB')
  })
})
