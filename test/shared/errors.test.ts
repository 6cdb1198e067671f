import { describe, expect, it } from 'vitest'

import { FleetError, InputError, messageOf, PghaError, problemText } from '../../src/shared/errors.ts'

const source = { file: 'inventory.yaml', line: 8, column: 7 }

describe('PghaError', () => {
  it('takes what a higher floor knows, and keeps what a lower one said', () => {
    const cause = new Error('ECONNRESET')
    const error = new PghaError('locked', 'busy', { host: 'n1', cause }).with({
      host: 'n2',
      hint: 'wait',
      source,
    })

    expect(error).toMatchObject({
      kind: 'locked',
      message: 'busy',
      cause,
      context: { host: 'n1', hint: 'wait', source },
    })
  })
})

describe('problemText', () => {
  it.each([
    [{ message: 'wrong' }, 'wrong'],
    [{ message: 'wrong', path: '' }, 'wrong'],
    [{ message: 'wrong', path: 'keepalived.vip' }, 'keepalived.vip: wrong'],
    [
      { message: 'wrong', path: 'keepalived.vip', source, hint: 'try another' },
      'inventory.yaml:8:7: keepalived.vip: wrong (try another)',
    ],
  ])('says where, which, what and what to do: %j', (problem, text) => {
    expect(problemText(problem)).toBe(text)
  })
})

describe('errors of several', () => {
  it('have all messages, one a line', () => {
    const fleet = new FleetError([
      new PghaError('locked', 'n1 is locked'),
      new PghaError('failed', 'n2 is gone'),
    ])

    expect(fleet).toMatchObject({ kind: 'locked', message: 'n1 is locked\nn2 is gone' })
    expect(new InputError([{ message: 'a' }, { message: 'b', source }]).message).toBe(
      'a\ninventory.yaml:8:7: b',
    )
  })
})

describe('messageOf', () => {
  it.each([
    [new Error('e'), 'e'],
    ['text', 'text'],
    [undefined, 'undefined'],
  ])('gives the message of %s', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message)
  })
})
