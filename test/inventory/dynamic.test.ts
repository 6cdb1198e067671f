import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isProgram } from '../../src/inventory/dynamic.ts'
import { type SiteHost, loadSite } from '../../src/roles/site.ts'
import { InputError, problemText } from '../../src/shared/errors.ts'
import { type SiteFiles, soundSite, writeFiles } from './support.ts'

const path = process.env['PATH'] ?? ''

/** A folder with an executable inventory, and other files beside it. */
function program(script: string, files: SiteFiles = {}): string {
  const folder = writeFiles({ ...files, 'inv.sh': script })
  chmodSync(join(folder, 'inv.sh'), 0o755)
  return join(folder, 'inv.sh')
}

const printing = (output: string): string => `#!/bin/sh\ncat <<'END'\n${output}\nEND\n`

function load(file: string, env: NodeJS.ProcessEnv = {}): readonly SiteHost[] {
  return loadSite({ file, env: { PATH: path, ...env } }).inventory.hosts
}

function problemsOf(file: string): readonly string[] {
  try {
    load(file)
    return []
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(problemText)
    throw error
  }
}

const shared = {
  patroni_scope: 'main',
  patroni_rest_password: 'rest-password',
  patroni_postgres_password: 'super-password',
  patroni_replicator_password: 'repl-password',
  cluster_virtual_ip: '198.18.1.100',
  keepalived: { vrrp_secret: 'vrrp1234' },
  ec2_tag_owner: 'nobody',
}

const hostvars = {
  n1: { ansible_host: '198.18.1.11', keepalived_priority: 101 },
  n2: { ansible_host: '198.18.1.12', keepalived: { priority: 102 } },
}

const list = { pgsql: { hosts: ['n1', 'n2'], vars: shared }, _meta: { hostvars } }

describe('a program as inventory', () => {
  it('may print YAML of pgha', () => {
    expect(load(program(printing(soundSite))).map(({ name }) => name)).toEqual(['n1', 'n2', 'n3'])
  })

  it('may print the JSON of Ansible, with variables of the article and sections of pgha', () => {
    const hosts = load(program(printing(JSON.stringify(list))))
    expect(
      hosts.map(({ name, groups, vars }) => [name, groups, vars.address, vars.keepalived?.priority]),
    ).toEqual([
      ['n1', ['pgsql'], '198.18.1.11', 101],
      ['n2', ['pgsql'], '198.18.1.12', 102],
    ])
    expect(hosts[0]?.vars.patroni.scope).toBe('main')
  })

  it('may print JSON indented with tabs', () => {
    expect(load(program(printing(JSON.stringify(list, null, '\t'))))).toHaveLength(2)
  })

  it('is asked with --list, in the environment of pgha', () => {
    const script = `#!/bin/sh\n[ "$*" = --list ] || exit 9\nprintf '%s' "$LIST"\n`
    expect(load(program(script), { LIST: JSON.stringify(list) })).toHaveLength(2)
  })

  it('is completed by group_vars and host_vars beside it', () => {
    const file = program(printing(JSON.stringify(list)), {
      'group_vars/pgsql.yaml': 'postgresql: { version: 16 }\n',
      'host_vars/n2.yaml': 'patroni: { node_name: two }\n',
    })
    expect(load(file).map(({ vars }) => [vars.postgresql.version, vars.patroni.node_name])).toEqual([
      [16, undefined],
      [16, 'two'],
    ])
  })

  it('has positions in its output', () => {
    const wrong = {
      ...list,
      _meta: { hostvars: { ...hostvars, n1: { ansible_host: '198.18.1.300', keepalived_priority: 102 } } },
    }
    const file = program(printing(JSON.stringify(wrong, null, 2)))
    expect(problemsOf(file)).toEqual([
      `${file} (output):22:25: address: on n1: not an IPv4 address`,
      `${file} (output):28:23: keepalived.priority: n2 has the priority of n1 (${file} (output):23:32) (each node needs its own)`,
    ])
  })

  it.each([
    [
      'that fails',
      '#!/bin/sh\necho "no credentials" >&2\nexit 7\n',
      '1:1: ended with exit code 7: no credentials',
    ],
    ['that is killed', '#!/bin/sh\nkill -9 $$\n', '1:1: ended with SIGKILL'],
    ['without its interpreter', '#!/no/such/thing\n', /1:1: cannot be run: .*ENOENT/],
    ['that prints nothing', '#!/bin/sh\n', '1:1: the inventory is empty'],
    [
      'without _meta',
      printing('{"g": ["n1"]}'),
      ' (output):1:1: there is no _meta.hostvars (pgha does not ask a program for each host with --host)',
    ],
    [
      'without hosts',
      printing('{"_meta": {"hostvars": {}}}'),
      '1:1: there is no host (hosts stand under groups.NAME.hosts)',
    ],
    ['that prints no JSON', printing('{"g": [}'), / \(output\):1:\d+: /],
  ])('%s is refused', (_, script, problem) => {
    const file = program(script)
    const found = problemsOf(file).map((one) => one.replace(`${file}:`, '').replace(file, ''))
    expect(found[0]).toEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem))
  })
})

describe('what counts as a program', () => {
  it.each([
    ['a script', '#!/bin/sh\n', 0o755, true],
    ['a binary', '\x7fELF\x02', 0o755, true],
    ['YAML on a file system where everything is executable', soundSite, 0o777, false],
    ['a script that may not be executed', '#!/bin/sh\n', 0o644, false],
    ['an empty file', '', 0o755, false],
  ])('%s', (_, text, mode, isOne) => {
    const file = join(writeFiles({ inv: Buffer.from(text, 'latin1') }), 'inv')
    chmodSync(file, mode)
    expect(isProgram(file)).toBe(isOne)
  })

  it('never a folder, or what is not there', () => {
    expect([isProgram('/tmp'), isProgram('/no/such')]).toEqual([false, false])
  })
})

describe('standard input as inventory', () => {
  const script = join(mkdtempSync(join(tmpdir(), 'pgha-stdin-')), 'load.mts')
  const site = JSON.stringify(resolve('src/roles/site.ts'))
  writeFileSync(
    script,
    `const { loadSite } = await import(${site})\n` +
      `try { console.log(loadSite({ file: '-', env: {} }).inventory.hosts.map((host) => host.name).join()) }\n` +
      `catch (error) { console.log(error.message) }\n`,
  )
  const cwd = writeFiles({ empty: '' })
  const fed = (input: string): string =>
    execFileSync(resolve('node_modules/.bin/tsx'), [script], {
      input,
      cwd,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    }).trim()

  it.each([
    ['YAML of pgha', soundSite, 'n1,n2,n3'],
    ['JSON of Ansible', JSON.stringify(list), 'n1,n2'],
    ['nothing', '', '-:1:1: the inventory is empty'],
    [
      'a mistake',
      soundSite.replace('198.18.1.12', 'x'),
      '(stdin):19:22: address: on n2: not an IPv4 address',
    ],
  ])('with %s', (_, input, output) => {
    expect(fed(input)).toBe(output)
  })
})

describe('examples/terraform', () => {
  // Stands in for jq where there is none: the same as inventory.jq says, in JavaScript.
  const jq = `#!/usr/bin/env node
const { nodes, vip } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
const names = Object.entries(nodes.value)
const hosts = names.map(([name, address], index) => [name, { address, keepalived: { priority: 99 + names.length - index } }])
console.log(JSON.stringify({ groups: { pgsql: { vars: { keepalived: { vip: vip.value } }, hosts: Object.fromEntries(hosts) } } }))
`
  const env = {
    PATRONI_REST_PASSWORD: 'rest-password',
    PATRONI_SUPERUSER_PASSWORD: 'super-password',
    PATRONI_REPLICATION_PASSWORD: 'repl-password',
    VRRP_SECRET: 'vrrp1234',
  }

  function withTools(tools: Readonly<Record<string, string>>): {
    readonly file: string
    readonly bin: string
  } {
    const folder = mkdtempSync(join(tmpdir(), 'pgha-terraform-'))
    cpSync('examples/terraform', folder, { recursive: true })
    mkdirSync(join(folder, 'bin'))
    for (const [name, text] of Object.entries(tools)) {
      writeFileSync(join(folder, 'bin', name), text, { mode: 0o755 })
    }
    return { file: join(folder, 'inventory.sh'), bin: join(folder, 'bin') }
  }

  const terraform = '#!/bin/sh\n[ "$*" = "output -json" ] && cat outputs.example.json\n'

  it.each(hasJq() ? (['jq itself', 'its stand-in'] as const) : (['its stand-in'] as const))(
    'is a site of three nodes, with %s',
    (which) => {
      const { file, bin } = withTools({ terraform, ...(which === 'jq itself' ? {} : { jq }) })
      const hosts = load(file, { ...env, PATH: `${bin}:${path}` })
      expect(
        hosts.map(({ name, vars }) => [name, vars.address, vars.keepalived?.vip, vars.keepalived?.priority]),
      ).toEqual([
        ['pg-1', '198.18.1.11', '198.18.1.100', 102],
        ['pg-2', '198.18.1.12', '198.18.1.100', 101],
        ['pg-3', '198.18.1.13', '198.18.1.100', 100],
      ])
    },
  )

  it('says what Terraform said when it failed', () => {
    const { file, bin } = withTools({ terraform: '#!/bin/sh\necho "no state" >&2\nexit 1\n' })
    expect(() => load(file, { ...env, PATH: `${bin}:${path}` })).toThrow('ended with exit code 1: no state')
  })
})

function hasJq(): boolean {
  try {
    execFileSync('jq', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
