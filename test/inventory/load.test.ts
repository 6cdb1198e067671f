import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { sourceText } from '../../src/shared/source.ts'
import { type LoadOptions, type SiteFiles, writeFiles } from './support.ts'

const Vars = z.strictObject({
  from: z.string(),
  tags: z.array(z.string()).default([]),
  patroni: z.strictObject({ scope: z.string().default('main'), ttl: z.int().default(20) }).prefault({}),
})

function load(
  files: SiteFiles,
  options: LoadOptions = {},
): Inventory<z.infer<typeof Vars>> & { folder: string } {
  const folder = writeFiles(files)
  const extraVars = options.extraVars?.map((extra) => extra.replace(/^@/, `@${folder}/`)) ?? []
  const file = join(folder, 'inventory.yaml')
  return { folder, ...loadInventory({ file, schema: Vars, env: options.env ?? {}, extraVars }) }
}

const vars = (from: string): string => `from: ${from}\n`

describe('precedence', () => {
  // Weakest first: each next layer wins over all before it.
  const layers: readonly (readonly [string, SiteFiles])[] = [
    ['vars of the inventory', { top: vars('top') }],
    ['group_vars/all.yaml', { 'group_vars/all.yaml': vars('all') }],
    ['vars of the outer group', { outer: vars('outer') }],
    ['group_vars of the outer group', { 'group_vars/outer.yml': vars('outer-file') }],
    ['vars of the inner group', { inner: vars('inner') }],
    ['group_vars of the inner group', { 'group_vars/inner.yaml': vars('inner-file') }],
    ['group_vars of the inner group, in a folder', { 'group_vars/inner/10-a.yaml': vars('inner-folder') }],
    ['... later in the alphabet', { 'group_vars/inner/20-b.yml': vars('inner-later') }],
    ['host_vars', { 'host_vars/n1.yaml': vars('host-file') }],
    ['host_vars in a folder', { 'host_vars/n1/main.yaml': vars('host-folder') }],
    ['the line of the host', { host: 'from: host' }],
    ['-e with a file', { '@extra.yaml': vars('extra-file') }],
    ['-e with a value', { '-e': 'from=extra' }],
  ]

  const winners = ['top', 'all', 'outer', 'outer-file', 'inner', 'inner-file', 'inner-folder', 'inner-later']
    .concat(['host-file', 'host-folder', 'host', 'extra-file', 'extra'])
    .map((winner, index) => ({ winner, name: layers[index]?.[0] ?? '', upTo: index + 1 }))

  it.each(winners)('$name wins over all that is weaker', ({ winner, upTo }) => {
    const given = layers
      .slice(0, upTo)
      .reduce<SiteFiles>((before, [, files]) => ({ ...before, ...files }), {})
    const { hosts } = load(filesOf(given), { extraVars: extraVarsOf(given) })
    expect(hosts[0]?.vars.from).toBe(winner)
  })

  function filesOf(given: SiteFiles): SiteFiles {
    const flow = (key: string): string => (key in given ? `{ ${String(given[key]).trim()} }` : '{}')
    const inventory = [
      `vars: ${flow('top')}`,
      `groups:`,
      // The inner group stands first: depth counts, not order.
      `  inner: { vars: ${flow('inner')}, hosts: { n1: ${flow('host')} } }`,
      `  outer: { vars: ${flow('outer')}, children: [inner] }`,
    ].join('\n')
    const files = Object.entries(given).filter(([path]) => path.includes('.'))
    return {
      'inventory.yaml': inventory,
      ...Object.fromEntries(files.map(([path, text]) => [path.replace('@', ''), text])),
    }
  }

  function extraVarsOf(given: SiteFiles): readonly string[] {
    return Object.keys(given).flatMap((key) =>
      key.startsWith('@') ? [key] : key === '-e' ? [String(given[key])] : [],
    )
  }
})

describe('merging', () => {
  const inventory = `
vars: { from: top, tags: [a, b], patroni: { scope: one, ttl: 30 } }
groups:
  pgsql:
    hosts:
      n1: { patroni: { ttl: 40 } }
      n2: { tags: [c] }
      n3: { patroni: , tags: }
      n4:
`
  const { hosts } = load({ 'inventory.yaml': inventory })
  const varsOf = (name: string) => hosts.find((host) => host.name === name)?.vars

  it('merges sections key by key', () => {
    expect(varsOf('n1')).toEqual({ from: 'top', tags: ['a', 'b'], patroni: { scope: 'one', ttl: 40 } })
  })

  it('replaces lists', () => {
    expect(varsOf('n2')?.tags).toEqual(['c'])
  })

  it('keeps a section that is empty further in, and takes a value away that is', () => {
    expect(varsOf('n3')).toEqual({ from: 'top', tags: [], patroni: { scope: 'one', ttl: 30 } })
  })

  it('takes a host without anything', () => {
    expect(varsOf('n4')).toEqual({ from: 'top', tags: ['a', 'b'], patroni: { scope: 'one', ttl: 30 } })
  })

  it('resolves anchors and merge keys, the own keys first', () => {
    const text = `
vars: { from: x, patroni: &common { scope: one, ttl: 30 } }
groups: { pgsql: { hosts: { n1: { patroni: { <<: *common, ttl: 40 } } } } }
`
    expect(load({ 'inventory.yaml': text }).hosts[0]?.vars.patroni).toEqual({ scope: 'one', ttl: 40 })
  })
})

describe('groups', () => {
  const inventory = `
vars: { from: x }
groups:
  east: { hosts: { n1: , n2: } }
  west: { hosts: { n3: { tags: [a] } } }
  both: { children: [east, west], hosts: { n3: { tags: [a] } } }
`
  const { hosts, groups } = load({ 'inventory.yaml': inventory })

  it('keeps the hosts in the order of the file', () => {
    expect(hosts.map((host) => host.name)).toEqual(['n1', 'n2', 'n3'])
  })

  it('counts hosts of children in', () => {
    expect([...groups]).toEqual([
      ['east', ['n1', 'n2']],
      ['west', ['n3']],
      ['both', ['n1', 'n2', 'n3']],
    ])
  })

  it('names the groups of a host from the outside in', () => {
    expect(hosts[2]?.groups).toEqual(['both', 'west'])
  })
})

describe('positions', () => {
  const { hosts, folder } = load(
    {
      'inventory.yaml': 'groups:\n  pgsql:\n    hosts:\n      n1: { from: host, tags: [a, b] }\n',
      'group_vars/pgsql.yaml': 'patroni:\n  scope: group\n',
    },
    { extraVars: ['tags=[x]', 'patroni.ttl=40'] },
  )
  const sourceOf = (...path: (string | number)[]) => {
    const source = hosts[0]?.sourceOf(path)
    return source === undefined ? undefined : sourceText(source).replace(`${folder}/`, '')
  }

  it.each([
    [['from'], 'inventory.yaml:4:19'],
    [['patroni', 'scope'], 'group_vars/pgsql.yaml:2:10'],
    [['patroni', 'ttl'], '-e:2:13'],
    [['tags', 0], '-e:1:7'],
    [['patroni'], 'group_vars/pgsql.yaml:1:1'],
    [['patroni', 'nothing'], 'group_vars/pgsql.yaml:1:1'],
    [['nothing'], 'inventory.yaml:4:7'],
    [[], 'inventory.yaml:4:7'],
  ])('of %j is %s', (path, expected) => {
    expect(sourceOf(...path)).toBe(expected)
  })
})

describe('values', () => {
  it('takes text from the environment', () => {
    const files = { 'inventory.yaml': 'groups: { pgsql: { hosts: { n1: { from: !env PLACE } } } }' }
    expect(load(files, { env: { PLACE: '12345' } }).hosts[0]?.vars.from).toBe('12345')
  })

  it('takes the environment in -e, too', () => {
    const files = { 'inventory.yaml': 'groups: { pgsql: { hosts: { n1: } } }' }
    expect(load(files, { env: { PLACE: 'x' }, extraVars: ['from=!env PLACE'] }).hosts[0]?.vars.from).toBe('x')
  })

  it('reads Windows line ends and a byte order mark', () => {
    const files = {
      'inventory.yaml': '\ufeffvars:\r\n  from: x\r\ngroups: { pgsql: { hosts: { n1: } } }\r\n',
    }
    expect(load(files).hosts[0]?.vars.from).toBe('x')
  })

  it('passes over files that are no YAML', () => {
    const files = {
      'inventory.yaml': 'vars: { from: x }\ngroups: { pgsql: { hosts: { n1: } } }',
      'host_vars/README.md': 'about',
      'host_vars/.n1.yaml.swp': 'x',
      'host_vars/n1.yaml~': 'x',
    }
    expect(load(files).hosts).toHaveLength(1)
  })

  it('reads a host_vars file without extension, as Ansible does', () => {
    const files = { 'inventory.yaml': 'groups: { pgsql: { hosts: { n1: } } }', 'host_vars/n1': vars('bare') }
    expect(load(files).hosts[0]?.vars.from).toBe('bare')
  })
})
