import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'

import { renderer } from '../../src/render/render.ts'
import { PghaError } from '../../src/shared/errors.ts'
import { Secret } from '../../src/shared/secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'pgha-templates-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let count = 0

/** Renders a text as a template. */
function rendered(text: string, context: Readonly<Record<string, unknown>> = {}): string {
  const name = `t${(count += 1)}/x.njk`
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
  return renderer(folder)(name, context)
}

function errorOf(text: string, context: Readonly<Record<string, unknown>> = {}): PghaError {
  try {
    rendered(text, context)
  } catch (thrown) {
    if (thrown instanceof PghaError) return thrown
    throw thrown
  }
  throw new Error('it rendered')
}

describe('a template', () => {
  it.each([
    ['a text', '{{ a }}', { a: 'x' }, 'x'],
    ['a number', '{{ a }}', { a: 0 }, '0'],
    ['a member', '{{ a.b }}', { a: { b: 1 } }, '1'],
    ['a list', '{% for x in a %}{{ x }},{% endfor %}', { a: [1, 2] }, '1,2,'],
    ['its length', '{{ a.length }}', { a: [1, 2] }, '2'],
    ['an empty list', '{% for x in a %}never{% endfor %}', { a: [] }, ''],
    ['a choice', '{% if a %}yes{% else %}no{% endif %}', { a: false }, 'no'],
    ['nothing as a choice', '{% if a %}yes{% else %}no{% endif %}', { a: null }, 'no'],
    ['a comparison', '{% if a != "off" %}yes{% endif %}', { a: 'on' }, 'yes'],
    [
      'lines of blocks without leaving empty lines',
      'a\n  {% if a %}\nb\n  {% endif %}\nc\n',
      { a: true },
      'a\nb\nc\n',
    ],
    ['characters of HTML as they are', '{{ a }}', { a: `<&>"'` }, `<&>"'`],
  ])('renders %s', (_, text, context, expected) => {
    expect(rendered(text, context)).toBe(expected)
  })

  it('is read once, and rendered with each context anew', () => {
    const render = renderer(folder)
    writeFileSync(join(folder, 'again.njk'), '{{ a }}')

    expect(['1', '2'].map((a) => render('again.njk', { a }))).toEqual(['1', '2'])
  })
})

describe('a name that nobody defined is an error', () => {
  it.each([
    ['in an expression', 'ok\n{{ missing }}', '2: {{ missing }}'],
    ['in an expression with others', '{{ a ~ missing }}', '1: {{ a ~ missing }}'],
    ['in a condition', '\n\n{% if missing %}x{% endif %}', '3: {% if missing %}x{% endif %}'],
    ['in a negated condition', '{% if not missing %}x{% endif %}', '1: {% if not missing %}x{% endif %}'],
    ['in a loop', '{% for x in missing %}x{% endfor %}', '1: {% for x in missing %}x{% endfor %}'],
    ['in a filter', '{{ missing | json }}', '1: {{ missing | json }}'],
    ['in the filter for secrets', '{{ missing | reveal }}', '1: {{ missing | reveal }}'],
    ['as a member', 'x\n{{ section.missing }}', '2: {{ section.missing }}'],
    [
      'as a member in a condition',
      '{% if section.missing %}x{% endif %}',
      '1: {% if section.missing %}x{% endif %}',
    ],
    ['as a member of a member', '{{ section.inner.missing }}', '1: {{ section.inner.missing }}'],
    ['as an item beyond the end', '{{ list[9] }}', '1: {{ list[9] }}'],
    ['inside a loop', '{% for x in list %}\n{{ x.missing }}\n{% endfor %}', '2: {{ x.missing }}'],
  ])('%s, with template and line', (_, text, evidence) => {
    const error = errorOf(text, { a: 1, section: { inner: {} }, list: [{}] })

    expect(error.kind).toBe('failed')
    expect(error.message).toMatch(/^template t\d+\/x\.njk: .*/)
    expect(error.message).toMatch(/"(missing|9)" is not defined/)
    expect(error.context.evidence).toEqual([evidence])
  })

  it('and so is nothing in an expression: a file with "null" in it would come of it', () => {
    expect(errorOf('x\n{{ a }}', { a: null }).message).toContain('undefined')
  })

  it('and so is a template that cannot be parsed, with its line', () => {
    const error = errorOf('a\nb\n{% if %}\n')

    expect(error.message).toMatch(/^template t\d+\/x\.njk: /)
    expect(error.context.evidence).toEqual(['3: {% if %}'])
  })
})

describe('values are data', () => {
  it.each([
    ['{{ 7 * 7 }}'],
    ['{% if true %}x{% endif %}'],
    ['{# gone #}'],
    ['{{ secret }}'],
    ['%}'],
    ['\\n'],
  ])('and never rendered themselves: %s', (value) => {
    const context = { a: value, secret: 'leak' }

    expect(rendered('{{ a }}', context)).toBe(value)
    expect(JSON.parse(rendered('{{ a | json }}', context))).toBe(value)
  })

  it.each([
    '{{ a.constructor }}',
    '{{ a.constructor.constructor("return process")() }}',
    '{{ a["constructor"] }}',
    '{{ a.__proto__ }}',
    '{{ a.toString() }}',
    '{{ text.length.constructor }}',
    '{{ list.map }}',
    '{{ (1).constructor }}',
    '{% for x in list %}{{ x.constructor }}{% endfor %}',
  ])('and no way out of the template: %s', (text) => {
    expect(errorOf(text, { a: { b: 1 }, text: 'x', list: [{ b: 1 }] }).message).toMatch(
      /is not defined|not a function|Unable to call/,
    )
  })
})

describe('the filter json', () => {
  it('writes any value so that it is read back the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = rendered('{{ value | json }}', { value })

        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { numRuns: 50 },
    )
  })

  it('reveals secrets, also deep inside', () => {
    const value = { user: 'u', list: [new Secret('canary-json')], password: new Secret('canary "2"') }

    expect(JSON.parse(rendered('{{ value | json }}', { value }))).toEqual({
      user: 'u',
      list: ['canary-json'],
      password: 'canary "2"',
    })
  })
})

describe('a secret', () => {
  it('is revealed by its filter', () => {
    expect(rendered('{{ a | reveal }}', { a: new Secret('canary-reveal') })).toBe('canary-reveal')
  })

  it('stays masked where the filter was forgotten', () => {
    expect(rendered('{{ a }}', { a: new Secret('canary-forgotten') })).toBe('[redacted]')
  })

  it.each([[{ a: 1 }], [[1]], [null]])('is no map, list or nothing: %j', (a) => {
    expect(errorOf('{{ a | reveal }}', { a }).message).toContain('only text, numbers and booleans')
  })
})
