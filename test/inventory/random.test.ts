import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/shared/errors.ts'
import { loadSite } from '../../src/roles/site.ts'
import { soundSite, writeFiles } from './support.ts'

const example = readFileSync('inventory.example.yaml', 'utf8').replaceAll(/!env [A-Z_]+/g, 'hunter22')

/** Loads a site; anything but an InputError is a bug. Answers what was wrong. */
function survives(bytes: string | Uint8Array, extraVars: readonly string[] = []): string {
  const file = join(writeFiles({ 'inventory.yaml': bytes }), 'inventory.yaml')
  try {
    loadSite({ file, env: {}, extraVars })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    return error.message
  }
  return ''
}

const snippets = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '- ',
    '? ',
    '"',
    "'",
    '|',
    '>',
    '&a ',
    '*a',
    '!env X',
    '!!int ',
    '<<: ',
    '#',
    '\t',
    '\n',
    '\r',
  ],
  ...[
    'null',
    '~',
    '-1',
    '1e99',
    '.inf',
    '.nan',
    '0',
    '""',
    '{}',
    '[]',
    'true',
    '__proto__: 1',
    'constructor: 1',
    '---\n',
    '...\n',
    '%',
    '@',
    '\u0000',
    '\ud800',
  ],
)

/** Cuts a piece out of a text and puts something else there. */
function mutations(text: string): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(text.length),
    cut: fc.oneof(fc.constant(0), fc.nat(30)),
    put: fc.oneof(snippets, fc.string({ maxLength: 5 })),
  })
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce((before, { at, cut, put }) => before.slice(0, at) + put + before.slice(at + cut), text),
    )
}

/** Replaces the values of some lines, so that the YAML stays whole and the schema has to answer. */
function wrongValues(text: string): fc.Arbitrary<string> {
  const lines = text.split('\n')
  const change = fc.record({
    line: fc.nat(lines.length - 1),
    value: fc.oneof(snippets, fc.json({ maxDepth: 2 })),
  })
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) =>
    lines
      .map((line, index) => {
        const found = changes.find((candidate) => candidate.line === index)
        return found === undefined ? line : line.replace(/: .*$/, `: ${found.value}`)
      })
      .join('\n'),
  )
}

describe('whatever is read', () => {
  it('random bytes end in an InputError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        survives(bytes)
      }),
      { numRuns: 80 },
    )
  })

  it('a damaged example ends in an InputError or is valid', () => {
    fc.assert(
      fc.property(mutations(example), (text) => {
        survives(text)
      }),
      { numRuns: 80 },
    )
  })

  it('a damaged small site ends in an InputError or is valid', () => {
    fc.assert(
      fc.property(mutations(soundSite), (text) => {
        survives(text)
      }),
      { numRuns: 150 },
    )
  })

  it('wrong values end in an InputError or are valid', () => {
    fc.assert(
      fc.property(wrongValues(example), (text) => {
        survives(text)
      }),
      { numRuns: 100 },
    )
  })

  it('random -e end in an InputError or are valid', () => {
    const key = fc.constantFrom(
      'patroni',
      'patroni.ttl',
      'keepalived.vip',
      'roles',
      'address',
      'constructor',
      'a.b',
      '',
    )
    const extra = fc.oneof(
      fc.string(),
      fc.tuple(key, fc.oneof(snippets, fc.json())).map(([name, value]) => `${name}=${value}`),
    )
    fc.assert(
      fc.property(fc.array(extra, { maxLength: 3 }), (extras) => {
        survives(soundSite, extras)
      }),
      { numRuns: 100 },
    )
  })
})

describe('a password in the wrong place', () => {
  const lines = example.split('\n')
  const places = lines.flatMap((line, index) => (/^ +[a-z_]+: \S/.test(line) ? [index] : []))

  it.each(['hunter22', '[hunter22]', '"hunter22\\n"', '"hunter22', 'x: hunter22', '@hunter22'])(
    'is not shown when it stands as %s',
    (value) => {
      for (const place of places) {
        const text = lines.map((line, index) => (index === place ? line.replace(/: .*/, `: ${value}`) : line))
        expect(survives(text.join('\n'))).not.toContain('hunter22')
      }
    },
  )
})
