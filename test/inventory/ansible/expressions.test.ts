import { describe, expect, it } from 'vitest'
import { type Evaluated, evaluate } from '../../../src/inventory/ansible/expressions.ts'
import { type Plain, treeAt } from '../../../src/inventory/ansible/plain.ts'
import type { Winner } from '../../../src/inventory/ansible/precedence.ts'
import { plainValue } from '../../../src/inventory/tree.ts'

const source = { file: 'vars.yml', line: 1, column: 1 }

function varsOf(values: Readonly<Record<string, Plain>>): ReadonlyMap<string, Winner> {
  const layer = { kind: 'all' as const, name: 'all', vars: new Map() }
  return new Map(
    Object.entries(values).map(([name, value]) => [name, { name, layer, value: treeAt(value, source) }]),
  )
}

const n1 = varsOf({
  name: 'Main_01',
  port: 5432,
  on: true,
  vault: { rest: 'secret', 'other-key': 'x' },
  twice: '{{ name }}-{{ port }}',
  loop: '{{ loop }}',
  empty: '',
})
const n2 = varsOf({ name: 'Main_02', short: '{{ inventory_hostname_short }}' })

function evaluated(text: Plain): unknown {
  const scope = { host: 'n1.example', vars: n1, varsOf: (host: string) => (host === 'n2.example' ? n2 : n1) }
  const found: Evaluated = evaluate({ ...scope, used: () => undefined }, treeAt(text, source))
  if (found.kind === 'value') return plainValue(found.tree)
  return found.kind === 'environment' ? { env: found.name } : found.kind
}

describe('expressions', () => {
  it.each<readonly [Plain, unknown]>([
    ['plain text', 'plain text'],
    [5432, 5432],
    ['{{ name }}', 'Main_01'],
    ['{{port}}', 5432],
    ['{{ on }}', true],
    ['is {{ on }}', 'is True'],
    ['{{ name }}:{{ port }}', 'Main_01:5432'],
    ['{{ twice }}', 'Main_01-5432'],
    ['{{ inventory_hostname }}', 'n1.example'],
    ['{{ inventory_hostname_short }}', 'n1'],
    ['{{ vault.rest }}', 'secret'],
    ["{{ vault['other-key'] }}", 'x'],
    ["{{ hostvars['n2.example'].name }}", 'Main_02'],
    ["{{ hostvars['n2.example']['short'] }}", 'n2'],
    ['{{ hostvars[inventory_hostname].name }}', 'Main_01'],
    ["{{ lookup('env', 'HOME') }}", { env: 'HOME' }],
    ["{{ lookup('ansible.builtin.env', 'A_1') }}", { env: 'A_1' }],
    ["{{ name | lower | replace('_', '-') }}", 'main-01'],
    ['{{ name | upper }}', 'MAIN_01'],
    ["{{ missing | default('x|y') }}", 'x|y'],
    ['{{ missing | default(5) }}', '5'],
    ["{{ name | default('x') }}", 'Main_01'],
    ["{{ '7' | int }}", 7],
    ["{{ 'quoted' }}", 'quoted'],
    ['{{ missing }}', 'undefined'],
    ['{{ vault.missing }}', 'undefined'],
    ['a {{ missing }}', 'unreadable'],
    ['{{ loop }}', 'unreadable'],
    ['{{ groups.all | length }}', 'unreadable'],
    ["{{ groups['all'][0] | default('x') }}", 'unreadable'],
    ['{{ name.upper() }}', 'unreadable'],
    ['{{ name | regex_replace("a", "b") }}', 'unreadable'],
    ['{% if on %}a{% endif %}', 'unreadable'],
    ['{{ 1 + 2 }}', 'unreadable'],
    ['{{ }}', 'unreadable'],
    ['{{ unclosed', 'unreadable'],
    ['{{ name.__class__ }}', 'undefined'],
    ["{{ lookup('pipe', 'rm -rf /') }}", 'unreadable'],
  ])('%s', (text, value) => {
    expect(evaluated(text)).toEqual(value)
  })
})
