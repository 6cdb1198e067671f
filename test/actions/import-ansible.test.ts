import { existsSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { layersOf } from '../../src/inventory/ansible/precedence.ts'
import { readProject } from '../../src/inventory/ansible/project.ts'
import { newReading } from '../../src/inventory/ansible/reading.ts'
import { type ImportOptions, importAnsible } from '../../src/actions/import-ansible.ts'
import type { ImportSummary } from '../../src/actions/import-summary.ts'
import { importText } from '../../src/report/import-text.ts'
import { palette } from '../../src/report/palette.ts'
import { type SiteHost, loadSite } from '../../src/roles/site.ts'
import { InputError, problemText } from '../../src/shared/errors.ts'
import { Secret } from '../../src/shared/secret.ts'
import { sourceText } from '../../src/shared/source.ts'
import { type SiteFiles, writeFiles } from '../inventory/support.ts'

const fixtures = 'test/inventory/ansible/fixtures'

/** The article's names, as its DNS would know them. */
const labNames = (name: string): Promise<string | undefined> => {
  const [, node] = /^cluster-pgsql-0([1-3])\.local$/.exec(name) ?? []
  return Promise.resolve(node === undefined ? undefined : `198.18.1.1${node}`)
}

interface Imported {
  readonly summary: ImportSummary
  readonly out: string
}

async function run(path: string, options: Partial<ImportOptions> = {}): Promise<Imported> {
  const out = options.out ?? mkdtempSync(join(tmpdir(), 'pgha-import-'))
  const fixed = { path, out, force: false, limit: undefined, passwords: [], resolve: labNames }
  return { out, summary: await importAnsible({ ...fixed, ...options }) }
}

function load(out: string, env: NodeJS.ProcessEnv = {}): readonly SiteHost[] {
  return loadSite({ file: join(out, 'inventory.yaml'), env }).inventory.hosts
}

const text = (out: string, path = 'inventory.yaml'): string => readFileSync(join(out, path), 'utf8')

/** Everything that was written, as one text. */
function written(out: string): string {
  return readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
}

async function problemsOf(path: string, options: Partial<ImportOptions> = {}): Promise<readonly string[]> {
  try {
    await run(path, options)
    return []
  } catch (error) {
    if (error instanceof InputError)
      return error.problems.map((one) => problemText(one).replaceAll(`${path}/`, ''))
    throw error
  }
}

const complete = `[pgsql]
n1 ansible_host=198.18.1.11 keepalived_priority=101
n2 ansible_host=198.18.1.12 keepalived_priority=102
[pgsql:vars]
patroni_scope=main
patroni_rest_password=rest-password
patroni_postgres_password=super-password
patroni_replicator_password=repl-password
cluster_virtual_ip=198.18.1.100
`

const project = (more: string, files: SiteFiles = {}): string =>
  writeFiles({ hosts: complete + more, ...files })

describe("the article's files", () => {
  it('become a working inventory', async () => {
    const { out, summary } = await run(`${fixtures}/article`)
    expect(summary.fillIn).toEqual([])
    expect(summary.comments).toEqual([])
    const hosts = load(out)
    expect(
      hosts.map(({ name, vars }) => [name, vars.address, vars.patroni.node_name, vars.keepalived?.priority]),
    ).toEqual([
      ['cluster-pgsql-01.local', '198.18.1.11', 'cluster_pgsql_01', 99],
      ['cluster-pgsql-02.local', '198.18.1.12', 'cluster_pgsql_02', 100],
      ['cluster-pgsql-03.local', '198.18.1.13', 'cluster_pgsql_03', 101],
    ])
    const { patroni, keepalived, postgresql, consul } = hosts[0]?.vars ?? expect.fail('no host')
    expect(patroni).toMatchObject({
      scope: 'cluster-pgsql',
      rest_user: 'username',
      superuser: 'superuser',
      ttl: 30,
      loop_wait: 10,
    })
    expect(patroni.superuser_password.reveal()).toBe('flsdjkfasdjhfsd')
    expect(keepalived).toMatchObject({ vip: '198.18.1.100', virtual_router_id: 150, interface: 'ens160' })
    expect(keepalived?.vrrp_secret.reveal()).toBe('secret_f')
    expect(postgresql).toMatchObject({ version: 9.6, data_dir: '/var/lib/pgsql/9.6/data' })
    expect(consul.external).toEqual(['consul.services.local:8500'])
  })

  it('are accounted for, each variable and where it went', async () => {
    const { summary } = await run(`${fixtures}/article`)
    expect([...new Set(summary.mapped.map(({ from, to }) => `${from} → ${to}`))]).toEqual([
      'patroni_scope → patroni.scope',
      'patroni_rest_password → patroni.rest_password',
      'patroni_postgres_password → patroni.superuser_password',
      'patroni_replicator_password → patroni.replication_password',
      'cluster_virtual_ip → keepalived.vip',
      'template alert.sh.j2 → alerts.telegram.token',
      'template alert.sh.j2 → alerts.telegram.chat_id',
      'template haproxy.cfg.j2 → haproxy.server_maxconn',
      'template keepalived.conf.j2 → keepalived.virtual_router_id',
      'template keepalived.conf.j2 → keepalived.vrrp_secret',
      'template keepalived.conf.j2 → keepalived.interface',
      'template postgres.yml.j2 → patroni.rest_user',
      'template postgres.yml.j2 → patroni.ttl',
      'template postgres.yml.j2 → patroni.loop_wait',
      'template postgres.yml.j2 → postgresql.data_dir',
      'template postgres.yml.j2 → postgresql.version',
      'template postgres.yml.j2 → patroni.superuser',
      'template postgres.yml.j2 → consul.external',
      'patroni_node_name → patroni.node_name',
      'keepalived_priority → keepalived.priority',
    ])
    expect(summary.notes.map((note) => note.replace(/^.*fixtures\/article\//, ''))).toEqual([
      'hosts:7:1: NAME: VALUE is taken as NAME=VALUE, here and below; Ansible itself refuses it',
      'tasks/ntpd.yml:4:19: timezone, set by a task (set_fact): not read (belongs into ntp.timezone)',
      'tasks/zabbix.yml:5:20: zabbix_ip, set by a task (set_fact): not read (belongs into zabbix_agent.server)',
      'tasks/zabbix.yml:10:20: zabbix_ip, set by a task (set_fact): not read (belongs into zabbix_agent.server)',
      expect.stringMatching(
        /^roles.*postgres.yml.j2:20:7: not taken over: archive_mode, .*wal_log_hints. A running/,
      ),
      expect.stringMatching(/pgha writes pg_hba.conf itself/),
    ])
  })

  it('keep what tasks set for the operator to look at, and the token of the alerts secret', async () => {
    const { out, summary } = await run(`${fixtures}/article`)
    expect(importText(summary, palette(false))).toMatch(
      /To be looked at\n[^]*zabbix_ip, set by a task[^]*\nWritten/,
    )
    const { alerts } = load(out)[0]?.vars ?? expect.fail('no host')
    expect(alerts?.telegram?.chat_id).toBe('-100123456')
    expect(alerts?.telegram?.token.reveal()).toMatch(/^123456789:/)
    expect([text(out), JSON.stringify(summary), importText(summary, palette(false))].join()).not.toContain(
      '123456789:',
    )
  })

  it('as printed, with variables for a host of another name, say so and leave the addresses to be filled in', async () => {
    const nobody = (): Promise<undefined> => Promise.resolve(undefined)
    const { out, summary } = await run(`${fixtures}/printed`, { resolve: nobody })
    expect(summary.notes.join('\n')).toContain(
      'there is no host pgsql-cluster-01.local (did you mean "cluster-pgsql-01.local"?)',
    )
    expect(summary.fillIn.map(({ setting, at }) => [setting, at.replace(`${out}/`, '')])).toEqual([
      ['address', 'inventory.yaml:14'],
      ['address', 'inventory.yaml:16'],
      ['address', 'inventory.yaml:18'],
    ])
    expect(summary.madeUp.map(({ setting }) => setting)).toEqual([
      'keepalived.vrrp_secret',
      'keepalived.priority',
      'keepalived.priority',
      'keepalived.priority',
    ])
    let address = 10
    const filled = text(out).replace(/address: # fill in.*/g, () => `address: 198.18.1.${++address}`)
    writeFileSync(join(out, 'inventory.yaml'), filled)
    expect(load(out).map(({ vars }) => [vars.address, vars.keepalived?.priority])).toEqual([
      ['198.18.1.11', 100],
      ['198.18.1.12', 101],
      ['198.18.1.13', 102],
    ])
  })
})

describe('the baseline', () => {
  it('becomes a working inventory with nothing to fill in', async () => {
    const { out, summary } = await run(`${fixtures}/baseline`)
    expect(summary).toMatchObject({
      fillIn: [],
      comments: [],
      madeUp: [],
      overridden: [],
      leftOut: [],
      environment: [],
    })
    const vars = load(out)[0]?.vars
    expect(vars?.postgresql).toMatchObject({ version: 15, data_dir: '/var/lib/postgresql/15/patroni' })
    expect(vars?.keepalived).toMatchObject({ virtual_router_id: 150, interface: 'eth0', priority: 99 })
    expect(vars?.zabbix_agent).toMatchObject({ server: '198.18.1.1' })
    expect(text(out, 'group_vars/pgsql.yaml')).toBe(`# Passwords of the group pgsql.
patroni:
  rest_password: rest-secret
  superuser_password: postgres-secret
  replication_password: replicator-secret
keepalived:
  vrrp_secret: vrrpauth
`)
  })

  it('keeps passwords in files of mode 0600, and out of all else', async () => {
    const { out, summary } = await run(`${fixtures}/baseline`)
    const modes = summary.files.map(({ path }) => [
      path.replace(`${out}/`, ''),
      (statSync(path).mode & 0o777).toString(8),
    ])
    expect(modes).toEqual([
      ['inventory.yaml', '644'],
      ['group_vars/pgsql.yaml', '600'],
      ['host_vars/n1.yaml', '644'],
      ['host_vars/n2.yaml', '644'],
      ['host_vars/n3.yaml', '644'],
    ])
    const shown = [text(out), importText(summary, palette(false)), JSON.stringify(summary)].join('\n')
    for (const secret of ['rest-secret', 'postgres-secret', 'replicator-secret', 'vrrpauth']) {
      expect(shown).not.toContain(secret)
    }
  })
})

describe('what stands in playbooks and roles', () => {
  const valueOf = async (path: string, options: Partial<ImportOptions> = {}) => {
    const { out, summary } = await run(path, options)
    return {
      hosts: load(out),
      notes: summary.notes.map((note) => note.replaceAll(`${path}/`, '')),
      summary,
      out,
    }
  }

  it('holds as in Ansible: over the inventory the play, over that its files, over all the vars of roles', async () => {
    const path = project('', {
      'group_vars/pgsql.yml': 'patroni_ttl: 21\nconsul_datacenter: a\npostgres_port: 5431\n',
      'roles/patroni/defaults/main.yml': 'consul_datacenter: z\npatroni_namespace: /mine/\n',
      'roles/patroni/vars/main.yml': 'patroni_ttl: 24\n',
      'site.yml':
        '- hosts: pgsql\n  vars: { patroni_ttl: 22, postgres_port: 5433 }\n  vars_files: [vars/main.yml]\n- hosts: n1\n  vars: { patroni_node_name: first }\n',
      'vars/main.yml': 'patroni_ttl: 23\nconsul_datacenter: b\n',
    })
    const { hosts, notes, summary } = await valueOf(path)
    expect(
      hosts.map(({ vars }) => [vars.patroni.ttl, vars.patroni.namespace, vars.consul.datacenter]),
    ).toEqual([
      [24, '/mine/', 'b'],
      [24, '/mine/', 'b'],
    ])
    expect(hosts.map(({ vars }) => [vars.postgresql.port, vars.patroni.node_name])).toEqual([
      [5433, 'first'],
      [5433, undefined],
    ])
    expect(notes).toEqual([expect.stringContaining('postgresql.version')])
    const overridden = summary.overridden.map(
      ({ variable, at }) => `${variable} ${at.replace(`${path}/`, '')}`,
    )
    expect(overridden).toContain('patroni_ttl site.yml:2:24')
    expect(overridden).toContain('patroni_ttl vars/main.yml:1:14')
  })

  it('says nothing of who belongs to the cluster', async () => {
    const path = project('[web]\nw1 ansible_host=198.18.1.21\n', {
      'roles/patroni/vars/main.yml': 'patroni_loop_wait: 4\n',
    })
    expect((await valueOf(path)).hosts.map(({ name }) => name)).toEqual(['n1', 'n2'])
  })

  it('is named with its place where it is not read', async () => {
    const path = project('', {
      'site.yml': `- hosts: pgsql:!n2
  vars: { patroni_ttl: 22 }
  vars_prompt: [{ name: x }]
  vars_files: ['{{ where }}.yml']
  tasks:
    - block:
        - set_fact: patroni_scope=other color=red
        - ansible.builtin.set_fact: { telegram_bot: 123456:ABC-DEF, cacheable: true }
      vars: { keepalived_interface: eth1 }
- import_playbook: other.yml
`,
      'roles/patroni/tasks/main.yml': '- include_vars: more.yml\n',
      'roles/patroni/handlers/main.yml': '- [not a task\n',
      'roles/patroni/defaults/main.yml': 'rack: 7\n',
      'roles/patroni/templates/alert.sh.j2':
        'curl https://api.telegram.org/bot{{ telegram_token }}/sendMessage\n',
    })
    const { notes, hosts } = await valueOf(path)
    expect(hosts[0]?.vars.patroni.ttl).toBe(20)
    expect(notes.toSorted()).toEqual([
      expect.stringContaining('postgresql.version: nothing says which'),
      expect.stringMatching(/^roles\/patroni\/defaults\/main.yml:1:7: defaults of a role .*: rack$/),
      expect.stringMatching(/^roles\/patroni\/handlers\/main.yml:\d+:\d+: not read: /),
      'roles/patroni/tasks/main.yml:1:17: include_vars of a task: not read',
      'roles/patroni/templates/alert.sh.j2:1:1: tells a Telegram chat: its token and chat are not read (they belong into alerts.telegram, as token and chat_id)',
      'site.yml:1:3: variables of a play for hosts that pgha does not make out: not read (patroni_ttl)',
      'site.yml:3:16: vars_prompt of a play: not read',
      'site.yml:4:16: a file of vars_files that pgha does not find: not read',
      'site.yml:7:21: color, set by a task (set_fact): not read',
      'site.yml:7:21: patroni_scope, set by a task (set_fact): not read (belongs into patroni.scope)',
      'site.yml:8:53: telegram_bot, set by a task (set_fact): not read (belongs into alerts.telegram, as token and chat_id)',
      'site.yml:9:37: keepalived_interface, a variable of a task: not read (belongs into keepalived.interface)',
    ])
  })
})

describe('values that may be secret', () => {
  it.each([
    ['telegram_bot', '123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11'],
    ['haproxy_stats_login', 'admin'],
    ['haproxy_stats', 'admin:hunter2'],
    ['stats_users', '[root:hunter2]'],
    ['smtp', 'smtp://me:hunter2@mail'],
    ['github_auth', 'hunter2'],
    ['ssh_host_key', 'hunter2'],
    ['monitoring_webhook', 'https://hooks.example/hunter2'],
  ])('are not shown, but their place is: %s', async (name, value) => {
    const path = project('', { 'group_vars/pgsql.yml': `${name}: ${value}\n` })
    const { out } = await run(path)
    expect(text(out).replaceAll(`${path}/`, '')).toContain(
      `#   ${name}: [redacted]  (group_vars/pgsql.yml:1:${name.length + 3}: `,
    )
    expect(written(out)).not.toContain(value)
  })

  it.each([
    ['consul_server', 'consul.example:8500'],
    ['listen_on', '"*:5000"'],
    ['page', 'https://wiki.example/db'],
    ['rack', 'b7'],
  ])('are not taken for what they are not: %s', async (name, value) => {
    const { out } = await run(project('', { 'group_vars/pgsql.yml': `${name}: ${value}\n` }))
    expect(text(out)).toContain(`${name}: ${value.replaceAll('"', '')}`)
  })
})

describe('ansible-vault', () => {
  const passwords = [new Secret('correct horse')]

  it('opens strings and files, and resolves what refers to them', async () => {
    const { out, summary } = await run(`${fixtures}/vault`, { passwords })
    const [first, , third] = load(out, { VRRP_SECRET: 'abcd1234' }).map(({ vars }) => vars)
    expect(first?.patroni.rest_password.reveal()).toBe('rest: "päss" #1')
    expect(first?.patroni.superuser_password.reveal()).toBe('super-secret-1')
    expect(first?.patroni.replication_password.reveal()).toBe('replicator-secret-1')
    expect(third?.ssh.sudo_password?.reveal()).toBe('sudo-secret')
    expect(third?.keepalived?.priority).toBe(200)
    expect(summary.environment).toEqual(['VRRP_SECRET'])
    expect(text(out, 'group_vars/pgsql.yaml')).toContain('vrrp_secret: !env VRRP_SECRET')
  })

  it('shows nothing of what it opened in comments and summaries', async () => {
    const { out, summary } = await run(`${fixtures}/vault`, { passwords })
    const shown = [text(out), JSON.stringify(summary)].join('\n')
    expect(shown).not.toMatch(/relay-secret|super-secret|replicator-secret|sudo-secret|never-shown/)
    expect(text(out)).toContain('smtp_relay: [redacted]  (')
    expect(text(out)).toContain('zabbix_psk: [redacted]  (')
    expect(text(out)).toContain('motd: hello  (')
  })

  it('renames hosts that pgha would refuse, and says so', async () => {
    const { summary } = await run(`${fixtures}/vault`, { passwords })
    expect(summary.hosts).toEqual(['db-1.example.com', 'db-2.example.com', 'db-3.example.com'])
    expect(summary.notes[0]).toBe(
      "DB_1.example.com is called db-1.example.com here: pgha's names are stricter",
    )
  })

  it('names all that is encrypted when there is no password', async () => {
    const files = [
      'group_vars/pgsql/main.yml:2:31',
      'group_vars/pgsql/main.yml:14:20',
      'group_vars/pgsql/vault.yml:1:1',
      'host_vars/DB_3.example.com/vault.yml:1:1',
    ]
    expect(await problemsOf(`${fixtures}/vault`)).toEqual(
      files.map(
        (place) =>
          `${place}: encrypted by ansible-vault, and there is no password (give it with --vault-password-file FILE or --ask-vault-pass)`,
      ),
    )
  })
})

describe('values', () => {
  it.each<readonly [string, string, (vars: SiteHost['vars']) => unknown, unknown]>([
    ['a login', 'ansible_user=dba', (vars) => vars.ssh.user, 'dba'],
    ['a port in quotes', 'ansible_port="2222"', (vars) => vars.ssh.port, 2222],
    ['an old name', 'ansible_ssh_user=old', (vars) => vars.ssh.user, 'old'],
    [
      'a key at home',
      'ansible_ssh_private_key_file=~/.ssh/k',
      (vars) => vars.ssh.key_files,
      ['/home/dba/.ssh/k'],
    ],
    [
      'a password of digits',
      'ansible_become_password=0123',
      (vars) => vars.ssh.sudo_password?.reveal(),
      '0123',
    ],
    [
      'a password that is a number',
      'ansible_become_password=1234567890123456789',
      (vars) => vars.ssh.sudo_password?.reveal(),
      '1234567890123456789',
    ],
    [
      'a password as Python prints it',
      'ansible_become_password=1.50e3',
      (vars) => vars.ssh.sudo_password?.reveal(),
      '1500.0',
    ],
    [
      'a password with quotes',
      `ansible_become_password="it's: #1"`,
      (vars) => vars.ssh.sudo_password?.reveal(),
      "it's: #1",
    ],
    ['a version in quotes', 'postgresql_version="16"', (vars) => vars.postgresql.version, 16],
    ['a time zone', 'timezone=Europe/Moscow', (vars) => vars.ntp && vars.ntp.timezone, 'Europe/Moscow'],
    [
      "the article's time zone",
      'timezone=name=Europe/Moscow',
      (vars) => vars.ntp && vars.ntp.timezone,
      'Europe/Moscow',
    ],
    [
      'a VIP with its prefix',
      'cluster_virtual_ip=198.18.1.100/24',
      (vars) => [vars.keepalived?.vip, vars.keepalived?.prefix],
      ['198.18.1.100', 24],
    ],
    [
      'an expression',
      'patroni_namespace=/{{ patroni_scope | upper }}',
      (vars) => vars.patroni.namespace,
      '/MAIN',
    ],
  ])('%s', async (_, line, read, value) => {
    const { out } = await run(project(`${line}\n`))
    const [host] = load(out, { HOME: '/home/dba' })
    expect(host && read(host.vars)).toEqual(value)
  })

  it('of one host stay with it', async () => {
    const { out } = await run(project('[pgsql]\nn1 ansible_user=one\n[pgsql:vars]\nansible_user=all\n'))
    expect(load(out).map(({ vars }) => vars.ssh.user)).toEqual(['one', 'all'])
    expect(text(out)).toContain('user: all')
    expect(text(out, 'host_vars/n1.yaml')).toContain('user: one')
  })

  it('that differ from host to host by an expression go to each host', async () => {
    const { out } = await run(project('patroni_node_name={{ inventory_hostname }}_db\n'))
    expect(load(out).map(({ vars }) => vars.patroni.node_name)).toEqual(['n1_db', 'n2_db'])
  })

  it('lead from the new place to a key that lay beside the old inventory', async () => {
    const from = project('ansible_ssh_private_key_file=keys/id\n')
    const { out } = await run(from)
    expect(load(out)[0]?.vars.ssh.key_files).toEqual([join(from, 'keys/id')])
  })
})

describe('what has no place in pgha', () => {
  it('stands as a comment with its place, and why', async () => {
    const files = { 'host_vars/n1.yml': 'rack: 7\nzabbix_template_ids: [1, 2]\ntree: { a: { b: 1 } }\n' }
    const more =
      'ansible_python_interpreter=/usr/bin/python3\ninstall=1\nslack_url=https://x:y@z/\napi_key=never\n'
    const path = project(more, files)
    const { out } = await run(path)
    const inside = (file: string): string => text(out, file).replaceAll(`${path}/`, '')
    expect(inside('inventory.yaml')).toContain(`
      # Ansible's variables that have no place here:
      #   ansible_python_interpreter: /usr/bin/python3  (hosts:10:28: pgha needs no Python on the nodes)
      #   install: 1  (hosts:11:9: pgha installs what is missing)
      #   slack_url: [redacted]  (hosts:12:11: no counterpart in pgha)
      #   api_key: [redacted]  (hosts:13:9: no counterpart in pgha)
`)
    expect(inside('host_vars/n1.yaml')).toContain(`# Ansible's variables that have no place here:
#   rack: 7  (host_vars/n1.yml:1:7: no counterpart in pgha)
#   zabbix_template_ids: [1, 2]  (host_vars/n1.yml:2:22: no counterpart in pgha)
#   tree:  (host_vars/n1.yml:3:7: no counterpart in pgha)
`)
  })

  it('is named when a stronger definition stands over it everywhere', async () => {
    const { summary } = await run(project('', { 'group_vars/pgsql.yml': 'patroni_scope: other\n' }))
    expect(summary.overridden.map(({ variable }) => variable)).toEqual(['patroni_scope'])
  })

  it('is named when pgha does not understand its expression', async () => {
    const { out, summary } = await run(project("patroni_namespace={{ lookup('file', 'x') }}\n"))
    expect(summary.comments).toMatchObject([
      { variable: 'patroni_namespace', reason: 'an expression that pgha does not understand' },
    ])
    expect(text(out)).toContain('patroni_namespace:')
  })

  it('is named when another variable says the same', async () => {
    const { summary } = await run(project('ansible_user=a\nansible_ssh_user=b\n'))
    expect(summary.comments).toMatchObject([
      { variable: 'ansible_ssh_user', reason: 'another variable of the same meaning is set' },
    ])
  })

  it.each(['article', 'printed', 'baseline', 'vault', 'scattered'])(
    'is never dropped silently: every definition of %s is in the summary',
    async (name) => {
      const passwords = [new Secret('correct horse')]
      const path = `${fixtures}/${name}`
      const { mapped, comments, referred, overridden } = (await run(path, { passwords })).summary
      const accounted = [...mapped, ...comments, ...referred, ...overridden].map(({ at }) => at)
      const places = definitionsIn(path, passwords)
      expect(places.length).toBeGreaterThan(4)
      expect(places.filter((place) => !accounted.includes(place))).toEqual([])
    },
  )
})

/** The places of all variables that are about some host. */
function definitionsIn(path: string, passwords: readonly Secret[]): readonly string[] {
  const read = readProject(newReading(passwords), path) ?? expect.fail('no project')
  const layers = [...read.inventory.hosts.keys()].flatMap((host) => layersOf(read, host))
  return [
    ...new Set(layers.flatMap(({ vars }) => [...vars.values()].map(({ source }) => sourceText(source)))),
  ]
}

describe('which hosts', () => {
  const mixed = '[web]\nw1\nw2\n[web:vars]\nx=1\n'

  it('are those with variables of Patroni; the others are named', async () => {
    const { summary } = await run(project(mixed))
    expect(summary.hosts).toEqual(['n1', 'n2'])
    expect(summary.leftOut).toEqual(['w1', 'w2'])
  })

  it('are those that --limit names', async () => {
    const { summary } = await run(project(mixed), { limit: ['n1'] })
    expect(summary.hosts).toEqual(['n1'])
    expect(await problemsOf(project(mixed), { limit: ['n3'] })).toEqual([
      '--limit: n3 is neither a host nor a group (known: all, pgsql, web, n1, n2, w1, w2)',
    ])
  })

  it('cannot be those of two clusters', async () => {
    const path = project('[other]\nn3 patroni_scope=other\n')
    expect(await problemsOf(path)).toEqual([
      'there are 2 clusters: main (n1, n2; hosts:5:15), other (n3; hosts:11:18) (import one at a time, with --limit GROUP and --out DIR)',
    ])
    expect((await run(path, { limit: ['pgsql'] })).summary.hosts).toEqual(['n1', 'n2'])
  })

  it('may stand in no group, or in one that is named like them', async () => {
    const hosts = complete.replace('[pgsql]', '').replace('[pgsql:vars]', '[all:vars]').concat('[n1]\nn1\n')
    const { out } = await run(writeFiles({ hosts }))
    expect(load(out).map(({ name, groups }) => [name, groups])).toEqual([
      ['n1', ['n1-2', 'ungrouped']],
      ['n2', ['ungrouped']],
    ])
  })
})

describe('what is missing', () => {
  it('has a place to be filled in', async () => {
    const path = writeFiles({ hosts: '[pgsql]\nn1 ansible_host=198.18.1.11 keepalived_priority=1\n' })
    const { out, summary } = await run(path)
    expect(summary.fillIn.map(({ setting }) => setting)).toEqual([
      'patroni.scope',
      'keepalived.vip',
      'patroni.rest_password',
      'patroni.superuser_password',
      'patroni.replication_password',
    ])
    expect(text(out)).toContain('scope: # fill in: the name of the cluster in the DCS')
    expect((statSync(join(out, 'group_vars/pgsql.yaml')).mode & 0o777).toString(8)).toBe('600')
  })

  it('is no keepalived where there is no VIP', async () => {
    const hosts = complete.replace(/cluster_virtual_ip.*\n/, '').replace(/ keepalived_priority=\d+/g, '')
    const { out } = await run(writeFiles({ hosts }))
    expect(load(out)[0]?.vars.roles).toEqual(['consul', 'postgres', 'patroni', 'haproxy'])
  })

  it('are priorities that nobody else has', async () => {
    const { out } = await run(writeFiles({ hosts: complete.replace('keepalived_priority=101', '') }))
    expect(load(out).map(({ vars }) => vars.keepalived?.priority)).toEqual([100, 102])
  })

  it('is the address of a name that leads to this machine only', async () => {
    const path = writeFiles({ hosts: complete.replace('198.18.1.11', 'localhost') })
    const out = mkdtempSync(join(tmpdir(), 'pgha-import-'))
    const { fillIn } = await importAnsible({ path, out, force: false, limit: undefined, passwords: [] })
    expect(fillIn.map(({ setting }) => setting)).toEqual(['address'])
  })
})

describe('the result', () => {
  it.each([
    [
      'a VIP that a node has',
      'cluster_virtual_ip=198.18.1.11',
      'hosts:10:20: keepalived.vip: 198.18.1.11 is the address of n1',
    ],
    ['a port that is none', 'ansible_port=http', 'hosts:10:14: ssh.port: expected a number, not text'],
    [
      'a scope with a blank',
      'patroni_scope=my cluster',
      'hosts:10:15: patroni.scope: expected letters, digits and _ . -',
    ],
    [
      'a short password',
      'patroni_rest_password=x',
      'hosts:10:23: patroni.rest_password: has to be at least 4 characters long',
    ],
  ])('is refused with %s, at its place in Ansible', async (_, line, problem) => {
    const path = project(`${line}\n`)
    const out = join(mkdtempSync(join(tmpdir(), 'pgha-import-')), 'new')
    expect(await problemsOf(path, { out })).toEqual([problem])
    expect(existsSync(out)).toBe(false)
  })

  it('never replaces files without --force', async () => {
    const { out } = await run(project(''))
    const before = text(out)
    expect(await problemsOf(project('ansible_user=new\n'), { out })).toEqual(
      ['inventory.yaml', 'group_vars/pgsql.yaml', 'host_vars/n1.yaml', 'host_vars/n2.yaml'].map(
        (path) => `${out}/${path} is there already (another folder with --out DIR, or --force)`,
      ),
    )
    expect(text(out)).toBe(before)
    await run(project('ansible_user=new\n'), { out, force: true })
    expect(text(out)).toContain('user: new')
  })

  it('is not mixed with variables that are there already, and would be read with it', async () => {
    const out = writeFiles({ 'group_vars/all.yml': 'x: 1\n' })
    expect(await problemsOf(project(''), { out, force: true })).toEqual([
      `${out}/group_vars/all.yml would be read with the new inventory (move it away, or take another folder with --out DIR)`,
    ])
  })

  it('leaves nothing else behind', async () => {
    const { out } = await run(project(''))
    expect(readdirSync(out).sort()).toEqual(['group_vars', 'host_vars', 'inventory.yaml'])
    expect(written(out)).not.toContain('.pgha-new')
  })
})
