import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { command, sh } from '../../src/transport/shell.ts'
import { shells } from '../support/fake-connection.ts'

// Any text without NUL, which no argument can hold.
const word = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\0', ''))

describe.each(shells)('quoted for %s', (shell) => {
  const [file = shell, ...flags] = shell.split(' ')
  const output = (script: string) => execFileSync(file, [...flags, '-c', script]).toString()

  it('a word is one word and stays what it was', () => {
    fc.assert(
      // Many to a shell: on a busy machine starting one takes longer than all that it does.
      fc.property(fc.array(word, { minLength: 2, maxLength: 30 }), (words) => {
        expect(output(`printf '%s|' ${words.map(sh).join(' ')}`)).toBe(words.map((one) => `${one}|`).join(''))
      }),
      { numRuns: 20 },
    )
  })

  it('a word survives being quoted for a shell inside a shell', () => {
    fc.assert(
      fc.property(word, (text) => {
        expect(output(command('sh', '-c', command('printf', '%s', text)))).toBe(text)
      }),
      { numRuns: 30 },
    )
  })
})

describe('sh', () => {
  it('leaves plain words as people would type them', () => {
    expect(command('systemctl', 'show', 'etc-default.mount', '--property=A,B')).toBe(
      'systemctl show etc-default.mount --property=A,B',
    )
  })

  it('refuses what no argument can hold', () => {
    expect(() => sh('a\0b')).toThrow('NUL')
  })

  it.each(['', ' ', '~', '*', '$x', '!', '-n;', "it's", 'a\nb', '=x'])('quotes %j', (text) => {
    expect(sh(text)).toMatch(text === '=x' ? /^=x$/ : /^'/)
  })
})
