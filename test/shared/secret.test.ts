import { inspect } from 'node:util'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { redact, redactJson, Secret } from '../../src/shared/secret.ts'

describe('Secret', () => {
  const secret = new Secret('hunter2-canary')

  it.each([
    ['a template literal', String(secret)],
    ['concatenation', ['x', secret].join('')],
    ['JSON', JSON.stringify({ password: secret })],
    ['inspect', inspect({ password: secret }, { depth: 9, showHidden: true })],
    ['its own keys', Object.keys(secret).join()],
  ])('does not show its value in %s', (_, shown) => {
    expect(shown).not.toContain('hunter2')
  })

  it('gives its value to whoever reveals it on purpose', () => {
    expect(secret.reveal()).toBe('hunter2-canary')
  })
})

describe('redact', () => {
  const value = `pa'ss "w\\rd" ü%`
  new Secret(value)

  it.each([
    ['as it is', value],
    ['in JSON', JSON.stringify(value)],
    ['in base64', Buffer.from(value).toString('base64')],
    ['in a URL', encodeURIComponent(value)],
    ['as a word of a shell', `'${value.replaceAll(`'`, `'\\''`)}'`],
  ])('takes a secret out %s', (_, text) => {
    expect(redact(`a ${text} b`)).toMatch(/^a ["']?\[redacted]=*["']? b$/)
  })

  it('leaves the rest of a text alone', () => {
    expect(redact('nothing to see\n')).toBe('nothing to see\n')
  })

  it('takes a long secret out whole when a short one is its beginning', () => {
    new Secret('canary-short')
    new Secret('canary-short-and-long')

    expect(redact('password canary-short-and-long')).toBe('password [redacted]')
  })

  it('does not look for secrets in the mask that it has just put in', () => {
    new Secret('canary-masked')
    new Secret('redacted')

    expect(redact('password canary-masked')).toBe('password [redacted]')
  })

  it('leaves JSON what it is, whatever the secret looks like', () => {
    new Secret('94321')
    new Secret('"canary"')
    const found = { lag: 94321, text: 'pin 94321', quoted: 'a "canary"' }

    expect(JSON.parse(redactJson(JSON.stringify(found)))).toEqual({
      ...{ lag: 94321, text: 'pin [redacted]', quoted: 'a [redacted]' },
    })
  })

  it('knows secrets that read like regular expressions', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 20 }), (password) => {
        new Secret(password)

        return !redact(`<<${password}>>`).includes(`<<${password}>>`)
      }),
    )
  })
})
