import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { groupInItself, groupsOf, variablesOf } from '../../../src/inventory/ansible/precedence.ts'
import { type Project, readProject } from '../../../src/inventory/ansible/project.ts'
import { newReading } from '../../../src/inventory/ansible/reading.ts'
import { plainValue } from '../../../src/inventory/tree.ts'
import { problemText } from '../../../src/shared/errors.ts'
import { writeFiles } from '../support.ts'

const folder = 'test/inventory/ansible/fixtures/precedence'

function read(path: string) {
  const reading = newReading([])
  const project = readProject(reading, path)
  return { reading, project, problems: reading.problems.map(problemText) }
}

function variables(project: Project | undefined): unknown {
  if (project === undefined) return undefined
  const hosts = [...project.inventory.hosts.keys()]
  return Object.fromEntries(
    hosts.map((host) => {
      const vars = [...variablesOf(project, host)].map(([name, { value }]) => [name, jsonOf(value)] as const)
      return [host, Object.fromEntries(vars)]
    }),
  )
}

// `plainValue` takes null for nothing; Ansible keeps it.
function jsonOf(value: Parameters<typeof plainValue>[0]): unknown {
  if (value.kind === 'scalar') return value.value
  return value.kind === 'list' ? value.items.map(jsonOf) : plainValue(value)
}

describe('precedence', () => {
  it('is that of ansible-core 2.14', () => {
    const expected: unknown = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8'))
    expect(variables(read(folder).project)).toEqual(expected)
  })

  it('says which files Ansible does not read', () => {
    const { reading } = read(folder)
    expect(reading.notes.map(problemText).map((note) => note.replace(`${folder}/`, ''))).toEqual([
      'group_vars/inner/30-third.txt:1:1: not read: Ansible takes .yml, .yaml, .json and files without an ending',
      'group_vars/outer.yml:1:1: not read: Ansible takes the first of NAME, NAME.yml, NAME.yaml, NAME.json',
      'host_vars/n4.yml:1:1: not read: there is no host n4 (known: n3, n1, n2)',
    ])
  })
})

describe('an inventory in YAML', () => {
  it('has the same groups and variables', () => {
    const path = writeFiles({
      hosts: [
        'all:',
        '  vars: { a: yes }',
        '  children:',
        '    outer:',
        '      children:',
        '        inner:',
        '          hosts:',
        '            n[1:2]: { b: 012 }',
        '            n3:2222:',
        '      vars:',
        '        c: "{{ a }}"',
        '  hosts: lone',
      ].join('\n'),
    })
    const { project, problems } = read(path)
    expect(problems).toEqual([])
    expect(variables(project)).toEqual({
      n1: { a: true, b: 10, c: '{{ a }}' },
      n2: { a: true, b: 10, c: '{{ a }}' },
      n3: { a: true, c: '{{ a }}', ansible_port: 2222 },
      lone: { a: true },
    })
    expect(project && groupsOf(project.inventory, 'n1').map(({ name }) => name)).toEqual(['outer', 'inner'])
  })

  it.each([
    [
      'plugin: amazon.aws.aws_ec2\n',
      'hosts.yml:1:1: the configuration of an inventory plugin, not an inventory (ansible-inventory -i FILE --list > hosts.json prints what it stands for; import that)',
    ],
    ['all: { hosts: [n1] }\n', 'hosts.yml:1:15: expected a section of keys, not a list'],
    ['all: { hosts: { "n[2:1]": } }\n', 'hosts.yml:1:17: a range goes upwards'],
    ['[n1]\n', 'hosts.yml:1:1: expected groups with hosts'],
    ['all:\n\thosts:\n', 'hosts.yml:2:1: a tab in the indentation; YAML allows only spaces'],
    ['all: { vars: { a: !vault x } }\n', 'hosts.yml:1:26: !vault without a text of ansible-vault'],
    ['all: { vars: { a: !other x } }\n', 'hosts.yml:1:26: unknown tag (only !vault and !unsafe are known)'],
  ])('%j is refused', (text, problem) => {
    const path = writeFiles({ 'hosts.yml': text })
    expect(read(path).problems.map((one) => one.replace(`${path}/`, ''))).toEqual([problem])
  })
})

describe('a folder', () => {
  it.each([
    [
      'a file that ansible.cfg names',
      { 'ansible.cfg': '[defaults]\ninventory = prod/servers\n', 'prod/servers': 'n1\n', hosts: 'n2\n' },
      ['n1'],
    ],
    [
      'several files that ansible.cfg names',
      { 'ansible.cfg': '[defaults]\ninventory=one,two ; both\n', one: 'n1\n', two: 'n2\n' },
      ['n1', 'n2'],
    ],
    ['hosts', { hosts: 'n1\n' }, ['n1']],
    ['inventory.ini', { 'inventory.ini': 'n1\n', 'site.yml': '- hosts: all\n' }, ['n1']],
    [
      'a folder of inventories',
      {
        'inventory/10-a': 'n1\n',
        'inventory/20-b.yml': 'all: { hosts: { n2: } }\n',
        'inventory/30-c.bak': 'n3\n',
      },
      ['n1', 'n2'],
    ],
    ['inventories beside their variables', { '01-hosts': 'n1\n', 'group_vars/all.yml': 'a: 1\n' }, ['n1']],
    [
      'what ansible-inventory --list printed',
      { 'hosts.json': '{"g": {"hosts": ["n1"]}, "_meta": {"hostvars": {}}}' },
      ['n1'],
    ],
  ])('with %s', (_, files, hosts) => {
    const { project, problems } = read(writeFiles(files))
    expect(problems).toEqual([])
    expect([...(project?.inventory.hosts.keys() ?? [])]).toEqual(hosts)
  })

  it.each([
    [
      'nothing in it',
      { 'roles/a/b': '' },
      'there is no inventory in this folder (name the file itself; looked for hosts, inventory, hosts.ini, hosts.yml, hosts.yaml, hosts.json, inventory.ini, inventory.yml, inventory.yaml, inventory.json)',
    ],
    [
      'two inventories',
      { hosts: 'n1\n', 'hosts.yml': 'all:\n' },
      'there are several inventories: hosts, hosts.yml (name one of them)',
    ],
  ])('with %s is refused', (_, files, message) => {
    const path = writeFiles(files)
    expect(read(path).problems).toEqual([`${path}:1:1: ${message}`])
  })

  it('reads variables beside the inventory and beside the playbooks, which are stronger', () => {
    const path = writeFiles({
      'inventory/hosts': '[g]\nn1\n',
      'inventory/group_vars/g.yml': 'a: inventory\nb: inventory\n',
      'group_vars/g.yml': 'b: playbook\n',
      'roles/db/defaults/main.yml': 'b: role\nc: role\n',
    })
    expect(variables(read(path).project)).toEqual({ n1: { a: 'inventory', b: 'playbook', c: 'role' } })
  })

  it('takes the login from ansible.cfg', () => {
    const cfg = '[defaults]\nremote_user = dba\nprivate_key_file=~/.ssh/k\n[other]\nremote_port = 1\n'
    const path = writeFiles({ 'ansible.cfg': cfg, hosts: 'n1\n' })
    const vars = { ansible_user: 'dba', ansible_ssh_private_key_file: '~/.ssh/k' }
    expect(variables(read(path).project)).toEqual({ n1: vars })
  })
})

describe('names of hosts', () => {
  it('do not lead out of the folder of their variables', () => {
    const path = writeFiles({
      'inv/hosts': '../../secret\n',
      'secret.yml': 'a: 1\n',
      'inv/host_vars/x.yml': '',
    })
    expect(variables(read(join(path, 'inv')).project)).toEqual({ '../../secret': {} })
  })
})

describe('groups', () => {
  it('that contain themselves are found', () => {
    const path = writeFiles({ hosts: '[a:children]\nb\n[b:children]\na\n[b]\nn1\n' })
    const { project, problems } = read(path)
    expect(problems).toEqual([`${path}/hosts:1:1: the group a contains itself`])
    expect(project && groupInItself(project.inventory)).toBe('a')
  })
})
