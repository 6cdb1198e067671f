import { describe, expect, it } from 'vitest'

import { maskedText } from '../../src/resources/mask.ts'
import { Secret } from '../../src/shared/secret.ts'

const shown = (content: string) => maskedText({ content, secret: true })

describe('a file that holds secrets is shown without', () => {
  it.each([
    ['a YAML value', '      password: canary', '      password: [redacted]'],
    ['a quoted YAML value', `  password: "can'ary: #1"`, '  password: [redacted]'],
    ['an item of a YAML list', '- password: canary', '- password: [redacted]'],
    [
      'values of a YAML flow map',
      'superuser: {username: pg, password: canary}',
      'superuser: {username: pg, password: [redacted]',
    ],
    ['a value with a prefix', 'rest_password=canary', 'rest_password=[redacted]'],
    ['a JSON value', '  "encrypt": "canary",', '  "encrypt": [redacted]'],
    [
      'a nested JSON value',
      '  "acl": { "tokens": { "agent": "canary" } },',
      '  "acl": { "tokens": [redacted]',
    ],
    ["keepalived's word", '        auth_pass canary', '        auth_pass [redacted]'],
    ['a YAML value in the next line', 'password:\n  canary', 'password:\n  [redacted]'],
    ['a folded YAML value', 'password: >-\n  canary', 'password: >-\n  [redacted]'],
    ['capitals', 'PGPASSWORD=canary', 'PGPASSWORD=[redacted]'],
    ['an environment variable', 'export VAULT_TOKEN="canary"', 'export VAULT_TOKEN=[redacted]'],
  ])('%s', (_, line, expected) => {
    expect(shown(`a: 1\n${line}\nb: 2\n`)).toBe(`a: 1\n${expected}\nb: 2\n`)
  })

  it.each([
    ['a setting about passwords', 'password_encryption: scram-sha-256'],
    ['a line of pg_hba.conf', '    - "host all all 198.18.1.11/32 scram-sha-256"'],
    ['a path', '  pgpass: /var/lib/postgresql/.pgpass-patroni'],
    ['a key without a value', 'password:'],
    ['a section', 'authentication:'],
  ])('but with %s', (_, line) => {
    expect(shown(`${line}\n`)).toBe(`${line}\n`)
  })
})

describe('any file is shown', () => {
  it('without the secrets that this process knows', () => {
    new Secret('canary-known')

    expect(maskedText({ content: 'x canary-known y\n', secret: false })).toBe('x [redacted] y\n')
  })

  it('with its passwords when it is said to hold none: they are words of a text', () => {
    expect(maskedText({ content: 'password: see the safe\n', secret: false })).toBe(
      'password: see the safe\n',
    )
  })
})
