import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { complete } from '../../../src/inventory/ansible/complete.ts'
import { inventoryFiles } from '../../../src/inventory/ansible/files.ts'
import { readProject } from '../../../src/inventory/ansible/project.ts'
import { newReading } from '../../../src/inventory/ansible/reading.ts'
import { translate } from '../../../src/inventory/ansible/translate.ts'
import { draftInventory } from '../../../src/inventory/load.ts'
import { readYaml } from '../../../src/inventory/read-yaml.ts'
import { plainValue } from '../../../src/inventory/tree.ts'
import { yamlText } from '../../../src/inventory/ansible/yaml-lines.ts'
import { InputError } from '../../../src/shared/errors.ts'
import { Secret } from '../../../src/shared/secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'pgha-random-'))

/** Reads a text as an inventory, and writes what it stands for. Anything but an InputError fails the test. */
function survives(name: string, text: string | Uint8Array): void {
  const path = join(folder, name)
  writeFileSync(path, text)
  const reading = newReading([new Secret('password')])
  try {
    const project = readProject(reading, path)
    if (project === undefined || reading.problems.length > 0) return
    const options = { limit: undefined, addresses: new Map(), from: folder, to: folder, templates: [] }
    const translation = translate(reading, project, { ...options, known: () => ({}) })
    for (const { text: written, path: file } of inventoryFiles(
      complete(translation, () => 'vrrp1234'),
      [],
    )) {
      const { problems } = readYaml(written, { file, env: {} })
      expect(problems.filter(({ message }) => !message.startsWith('the environment variable'))).toEqual([])
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
  }
}

// Pieces that mean something, so that the texts get far.
const pieces = fc.constantFrom(
  ...[
    '[',
    ']',
    '[g]',
    '[g:vars]',
    '[g:children]',
    ':',
    '=',
    '"',
    "'",
    '\\',
    '#',
    ';',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\t',
    '\r\n',
  ],
  ...[
    'n1',
    'n[1:3]',
    'n[a:c]',
    'x',
    'ansible_host',
    'patroni_scope',
    'timezone',
    '198.18.1.11',
    'True',
    '{',
    '}',
    '(',
    ')',
    ',',
  ],
  ...[
    'all',
    'hosts',
    'vars',
    'children',
    '_meta',
    'hostvars',
    '{{ x }}',
    "{{ lookup('env', 'A') }}",
    '{%',
    '!vault',
    '|',
    '- ',
    '&a',
    '*a',
    '<<',
  ],
  ...[
    '$ANSIBLE_VAULT;1.1;AES256',
    '3130',
    'é',
    '\u0000',
    '\u2028',
    '__proto__',
    'constructor',
    '---',
    '0x',
    '1e5',
    'ansible_group_priority',
  ],
)
const texts = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''))

describe('whatever stands in an Ansible inventory', () => {
  it.each(['hosts', 'hosts.ini', 'hosts.yml', 'hosts.json'])(
    'pgha says what is wrong with it: %s',
    (name) => {
      fc.assert(
        fc.property(texts, (text) => {
          survives(name, text)
        }),
        { numRuns: 200 },
      )
    },
  )

  it.each(['hosts', 'hosts.yml'])('any text or bytes: %s', (name) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        survives(name, text)
      }),
      { numRuns: 200 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        survives(name, bytes)
      }),
      { numRuns: 100 },
    )
  })
})

describe('values', () => {
  const scalar = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
  )

  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.oneof(scalar, fc.array(scalar)), (value) => {
        const { tree, problems } = readYaml(`key: ${yamlText(value)} # comment\n`, { file: 'x', env: {} })
        expect(problems).toEqual([])
        expect(tree && plainValue(tree)).toEqual({ key: value })
      }),
      {
        numRuns: 1000,
        examples: [
          ['!env HOME'],
          ['- a'],
          ['# x'],
          ['\n'],
          ["'"],
          ['yes'],
          ['012'],
          [''],
          [[]],
          ['{{ x }}'],
          ['a: b'],
        ],
      },
    )
  })
})

describe('the output of an inventory program', () => {
  const names = fc.constantFrom(
    'n1',
    'N_2',
    'g',
    'all',
    'ungrouped',
    '_meta',
    'hostvars',
    'groups',
    'vars',
    '__proto__',
    'a b',
    '',
  )
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('x', '198.18.1.11', 7, null, true),
      names,
      fc.array(tie('value'), { maxLength: 3 }),
      tie('map'),
    ),
    map: fc.dictionary(
      fc.oneof(names, fc.constantFrom('hosts', 'children', 'ansible_host', 'patroni_scope')),
      tie('value'),
      { maxKeys: 4 },
    ),
  }))

  it('is read or refused, whatever its form', () => {
    const schema = z.looseObject({ address: z.string().optional() })
    fc.assert(
      fc.property(json.map, (value) => {
        const file = join(folder, 'list.json')
        writeFileSync(file, JSON.stringify({ _meta: { hostvars: {} }, ...value }))
        try {
          draftInventory({ file, schema, env: {} })
        } catch (error) {
          if (!(error instanceof InputError)) throw error
        }
      }),
      { numRuns: 250 },
    )
  })
})
