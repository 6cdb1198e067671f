import { describe, expect, it } from 'vitest'
import { expandHostPattern } from '../../../src/inventory/ansible/host-pattern.ts'
import { shellWords } from '../../../src/inventory/ansible/shell-words.ts'

// Compared with Python 3.11's shlex.split(line, comments=True).
describe('words of a host line', () => {
  it.each([
    ['n1 a=1 b=2', ['n1', 'a=1', 'b=2']],
    ['n1\ta="x y"', ['n1', 'a=x y']],
    [`n1 a='"q"' b="it's"`, ['n1', 'a="q"', "b=it's"]],
    ['n1 a=x"y z"w', ['n1', 'a=xy zw']],
    [String.raw`n1 a=x\ y b="\"\\\n"`, ['n1', 'a=x y', String.raw`b="\\n`]],
    ['n1 a=b # comment', ['n1', 'a=b']],
    ['n1 a=pass#word b=2', ['n1', 'a=pass']],
    ["n1 a='pass#word'", ['n1', 'a=pass#word']],
    ['# nothing', []],
    ["n1 a=''", ['n1', 'a=']],
  ])('%s', (line, words) => {
    const split = shellWords(line)
    expect(split.ok && split.words.map(({ text }) => text)).toEqual(words)
  })

  it.each([
    ['n1 a="x', 'the quote opened here is not closed', 5],
    ["n1 'x", 'the quote opened here is not closed', 3],
    ['n1 a=\\', 'a backslash at the end of the line', 5],
  ])('%s is refused', (line, message, at) => {
    expect(shellWords(line)).toEqual({ ok: false, message, at })
  })
})

// Compared with ansible-core 2.14.
describe('host patterns', () => {
  it.each([
    ['n1', ['n1'], undefined],
    ['n1:2222', ['n1'], 2222],
    ['db[1:3]', ['db1', 'db2', 'db3'], undefined],
    ['db[01:03].example', ['db01.example', 'db02.example', 'db03.example'], undefined],
    ['db[08:11]', ['db08', 'db09', 'db10', 'db11'], undefined],
    ['db[1:9:4]', ['db1', 'db5', 'db9'], undefined],
    ['[a:c]-db', ['a-db', 'b-db', 'c-db'], undefined],
    ['[a:f:2]', ['a', 'c', 'e'], undefined],
    ['[y:B]', ['y', 'z', 'A', 'B'], undefined],
    ['r[1:2]n[a:b]', ['r1na', 'r1nb', 'r2na', 'r2nb'], undefined],
    ['db[:2]', ['db0', 'db1', 'db2'], undefined],
    ['db[1:2]:22', ['db1', 'db2'], 22],
    ['[n1]:22', ['n1'], 22],
    ['[2001:db8::1]:22', ['2001:db8::1'], 22],
    ['10.0.0.[1:2]', ['10.0.0.1', '10.0.0.2'], undefined],
  ])('%s', (pattern, hosts, port) => {
    expect(expandHostPattern(pattern)).toEqual({ ok: true, hosts, port })
  })

  it.each([
    ['db[1:2', 'a range is [FROM:TO] or [FROM:TO:STEP]'],
    ['db[1]', 'a range is [FROM:TO] or [FROM:TO:STEP]'],
    ['db[1:2:3:4]', 'a range is [FROM:TO] or [FROM:TO:STEP]'],
    ['db[1:2:0]', 'a range is [FROM:TO] or [FROM:TO:STEP]'],
    ['db[1:]', 'a range needs an end, as in [01:03]'],
    ['db[01:100]', 'with leading zeros, both ends of a range have the same length'],
    ['db[3:1]', 'a range goes upwards'],
    ['db[c:a]', 'a range goes upwards'],
    ['db[a:3]', 'a range of letters ends with one letter'],
    ['db[1:x]', 'a range goes from a number to a number, or from a letter to a letter'],
    ['db[0:999999999]', 'a range of more than 10000 hosts'],
    ['[0:99][0:99][0:99]', 'a range of more than 10000 hosts'],
    ['n1:', 'not a host name'],
    ['---', 'not a host name'],
  ])('%s is refused', (pattern, message) => {
    expect(expandHostPattern(pattern)).toEqual({ ok: false, message })
  })
})
