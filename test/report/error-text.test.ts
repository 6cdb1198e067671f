import { describe, expect, it } from 'vitest'

import { errorJson, errorText } from '../../src/report/error-text.ts'
import { palette } from '../../src/report/palette.ts'
import { FleetError, InputError, PghaError } from '../../src/shared/errors.ts'
import { Secret } from '../../src/shared/secret.ts'

const plain = palette(false)
const source = { file: 'inventory.yaml', line: 8, column: 7 }
const full = new PghaError('failed', '`write /etc/haproxy/haproxy.cfg` exited with 94', {
  host: 'n2',
  resource: 'file /etc/haproxy/haproxy.cfg',
  source,
  hint: 'correct haproxy.maxconn',
  evidence: ['[ALERT] parsing error', 'did not pass'],
  cause: new Error('inner'),
})

describe('the text of an error', () => {
  it('answers which host, which resource, what happened, from where, and what to do', () => {
    expect(errorText(full, plain))
      .toBe(`error  n2  file /etc/haproxy/haproxy.cfg  \`write /etc/haproxy/haproxy.cfg\` exited with 94
       | [ALERT] parsing error
       | did not pass
from   inventory.yaml:8:7
try    correct haproxy.maxconn
`)
  })

  it('leaves out what is not known', () => {
    expect(errorText(new PghaError('failed', 'no'), plain)).toBe('error  no\n')
  })

  it('has all that is wrong with the input, one a line', () => {
    const error = new InputError([
      { message: 'not an IPv4 address', source, path: 'keepalived.vip' },
      { message: 'unknown tag', hint: 'tags: a, b' },
    ])

    expect(errorText(error, plain)).toBe(
      'error  inventory.yaml:8:7: keepalived.vip: not an IPv4 address\nerror  unknown tag (tags: a, b)\n',
    )
  })

  it('has each host of a fleet with its own reason', () => {
    const fleet = new FleetError([
      new PghaError('failed', 'no route', { host: 'n1' }),
      new PghaError('locked', 'busy', { host: 'n2', hint: 'wait' }),
    ])

    expect(errorText(fleet, plain)).toBe('error  n1  no route\nerror  n2  busy\ntry    wait\n')
  })

  it('asks to report a bug, with its stack', () => {
    const text = errorText(new TypeError('x is undefined'), plain)

    expect(text).toContain('this is a bug in pgha, please report it:\nTypeError: x is undefined\n    at ')
    expect(errorText('thrown text', plain)).toContain('thrown text')
  })
})

describe('an error as JSON', () => {
  const json = (thrown: unknown) => JSON.parse(JSON.stringify(errorJson(thrown))) as unknown

  it('holds the same as its text', () => {
    expect(json(full)).toEqual({
      kind: 'failed',
      message: '`write /etc/haproxy/haproxy.cfg` exited with 94',
      host: 'n2',
      resource: 'file /etc/haproxy/haproxy.cfg',
      source,
      hint: 'correct haproxy.maxconn',
      evidence: ['[ALERT] parsing error', 'did not pass'],
    })
  })

  it.each([
    [new InputError([{ message: 'a', source }]), { kind: 'input', problems: [{ message: 'a', source }] }],
    [
      new FleetError([new PghaError('locked', 'busy', { host: 'n1' })]),
      { kind: 'locked', errors: [{ kind: 'locked', message: 'busy', host: 'n1' }] },
    ],
    [new TypeError('x'), { kind: 'bug', message: 'x' }],
  ])('is data for %s', (thrown, expected) => {
    expect(json(thrown)).toEqual(expected)
  })
})

describe('no form of an error shows a secret', () => {
  const secret = new Secret('canary "of" an error')
  const shown = secret.reveal()

  it.each([
    ['in its message', new PghaError('failed', `x ${shown}`)],
    ['in its evidence', new PghaError('failed', 'x', { evidence: [`password=${shown}`] })],
    ['in its hint', new PghaError('failed', 'x', { hint: shown })],
    ['in a problem', new InputError([{ message: shown }])],
    ['in one of several', new FleetError([new PghaError('failed', 'x', { evidence: [shown] })])],
    ['in a bug', new TypeError(shown)],
  ])('%s', (_, error) => {
    expect(errorText(error, plain)).not.toContain('canary')
    expect(JSON.stringify(errorJson(error))).not.toContain('canary')
  })
})
