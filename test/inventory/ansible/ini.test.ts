import { describe, expect, it } from 'vitest'
import { readIni } from '../../../src/inventory/ansible/ini.ts'
import { finished, newDraft } from '../../../src/inventory/ansible/model.ts'
import { newReading } from '../../../src/inventory/ansible/reading.ts'
import { plainValue } from '../../../src/inventory/tree.ts'
import { problemText } from '../../../src/shared/errors.ts'

function read(text: string) {
  const reading = newReading([])
  const draft = newDraft()
  readIni(reading, draft, { text, file: 'hosts', isEncrypted: false })
  const { groups, hosts } = finished(draft)
  const plain = (vars: ReadonlyMap<string, Parameters<typeof plainValue>[0]>) =>
    Object.fromEntries([...vars].map(([name, value]) => [name, plainValue(value)]))
  return {
    problems: reading.problems.map(problemText),
    notes: reading.notes.map(problemText),
    hosts: Object.fromEntries([...hosts].map(([name, vars]) => [name, plain(vars)])),
    groups: Object.fromEntries(
      [...groups.values()].map(({ name, vars, hosts: own, children }) => [
        name,
        { vars: plain(vars), hosts: [...own], children: [...children] },
      ]),
    ),
  }
}

describe('an INI inventory', () => {
  it('has groups, variables and children', () => {
    const { hosts, groups, problems } = read(`
# a comment
; another
lone ansible_host=198.18.1.9

[pgsql] # three of them
n[1:2] ansible_user=root   # inline
n3:2222 name="a b" flag=True list="['x', 1]"

[pgsql:vars]
text = two words # kept
quoted="quoted"
number = 42
ip=198.18.1.100
empty=
equals=a=b

[site:children]
pgsql
`)
    expect(problems).toEqual([])
    expect(hosts).toEqual({
      lone: { ansible_host: '198.18.1.9' },
      n1: { ansible_user: 'root' },
      n2: { ansible_user: 'root' },
      n3: { ansible_port: 2222, name: 'a b', flag: true, list: ['x', 1] },
    })
    expect(groups['pgsql']).toEqual({
      vars: {
        text: 'two words # kept',
        quoted: 'quoted',
        number: 42,
        ip: '198.18.1.100',
        empty: '',
        equals: 'a=b',
      },
      hosts: ['n1', 'n2', 'n3'],
      children: [],
    })
    expect(groups['site']?.children).toEqual(['pgsql'])
    expect(groups['all']?.children).toEqual(['ungrouped', 'site'])
  })

  it('takes `name: value` of the article, and says so once', () => {
    const { groups, notes } = read('[g]\nn1\n[g:vars]\nscope: "main"\nother:   x y\n')
    expect(groups['g']?.vars).toEqual({ scope: 'main', other: 'x y' })
    expect(notes).toEqual([
      'hosts:4:1: NAME: VALUE is taken as NAME=VALUE, here and below; Ansible itself refuses it',
    ])
  })

  it('lets later variables of a host replace earlier ones', () => {
    expect(read('[a]\nn1 x=1 y=1\n[b]\nn1 x=2\n').hosts).toEqual({ n1: { x: 2, y: 1 } })
  })

  it.each([
    ['[g]\nn1 word\n', 'hosts:2:4: expected NAME=VALUE after the host'],
    ['[g]\nn1 =x\n', 'hosts:2:4: expected NAME=VALUE after the host'],
    ['[g]\n  n1 a="x\n', 'hosts:2:8: the quote opened here is not closed'],
    ['[g]\nn[3:1]\n', 'hosts:2:1: a range goes upwards'],
    ['[g]\nn1\n[g:vars]\nword\n', 'hosts:4:1: expected NAME=VALUE'],
    ['[g h]\n', 'hosts:1:1: not a section (sections are [GROUP], [GROUP:vars] and [GROUP:children])'],
    ['[]\n', 'hosts:1:1: not a section (sections are [GROUP], [GROUP:vars] and [GROUP:children])'],
    [
      '[g:hosts2]\n',
      'hosts:1:1: a section of an unknown kind (sections are [GROUP], [GROUP:vars] and [GROUP:children])',
    ],
    ['[g:vars]\nx=1\n', 'hosts:1:1: variables of g, which is no group'],
    ['[g:children]\nh\n', 'hosts:2:1: h is no group'],
    ['[g:children]\nh i\n', 'hosts:2:1: expected the name of a group'],
  ])('%j is refused', (text, problem) => {
    expect(read(text).problems).toEqual([problem])
  })

  it('never shows a value in a complaint', () => {
    const { problems } = read('[g]\nn1 password="hunter2\n[g:vars]\nhunter2\n[hunter2:vars\n')
    expect(problems.join('\n')).not.toContain('hunter2')
  })
})
