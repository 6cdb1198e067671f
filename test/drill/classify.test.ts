import { describe, expect, it } from 'vitest'

import { outcomeOf, reasonOf } from '../../src/drill/workload/classify.ts'

const fromServer = (code: string) => Object.assign(new Error('says no'), { code, severity: 'FATAL' })

describe('what an error says about a write', () => {
  it.each(['25006', '57P03', '53300', '28P01', '3D000', '53100', '40001', '40P01'])(
    '%s did nothing',
    (code) => {
      expect(outcomeOf(fromServer(code), true)).toBe('fail')
    },
  )

  it.each(['57P01', '57P02', '08006', 'XX000', '57014'])('%s may come after the commit', (code) => {
    expect(outcomeOf(fromServer(code), true)).toBe('unknown')
  })

  it('takes a broken connection or a deadline for unknown, once the write was sent', () => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    expect(outcomeOf(reset, true)).toBe('unknown')
    expect(outcomeOf(new Error('no answer within 2000 ms'), true)).toBe('unknown')
    expect(outcomeOf(reset, false)).toBe('fail')
  })

  it('does not mistake a five-letter code of Node for one of PostgreSQL', () => {
    const refused = Object.assign(new Error('x'), { code: 'EPERM' })
    expect(outcomeOf(refused, true)).toBe('unknown')
    expect(reasonOf(refused)).toBe('x')
    expect(reasonOf(fromServer('57P01'))).toBe('57P01 says no')
  })
})
