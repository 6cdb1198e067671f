import { describe, expect, it } from 'vitest'
import { readYaml } from '../../src/inventory/read-yaml.ts'
import { plainValue } from '../../src/inventory/tree.ts'
import { problemText } from '../../src/shared/errors.ts'

function read(text: string) {
  const { tree, problems } = readYaml(text, { file: 'f', env: { PASSWORD: 'from the environment' } })
  return { value: tree === undefined ? undefined : plainValue(tree), problems: problems.map(problemText) }
}

describe('YAML values', () => {
  it.each([
    ['a: 12', 12],
    ['a: 1.5', 1.5],
    ['a: 0x10', 16],
    ['a: "12"', '12'],
    ['a: yes', 'yes'],
    ['a: off', 'off'],
    ['a: true', true],
    ['a: 2026-11-22', '2026-11-22'],
    ['a: 198.18.1.1', '198.18.1.1'],
    ['a: !!str 12', '12'],
    ['a: !env PASSWORD', 'from the environment'],
    ['a: ~', undefined],
    ['a:', undefined],
    ['a: |\n  one\n  two\n', 'one\ntwo\n'],
    ['a: &x 1\nb: *x', 1],
  ])('%j', (text, value) => {
    expect(read(text)).toMatchObject({ value: { a: value }, problems: [] })
  })

  it('takes figures and words as keys as they are written', () => {
    expect(read('1: a\ntrue: b\n1.10: c').value).toEqual({ '1': 'a', true: 'b', '1.10': 'c' })
  })

  it.each(['', '# comment', '---\n', '\n\n'])('has nothing in %j', (text) => {
    expect(read(text).problems).toEqual([])
    expect(read(text).value).toBeUndefined()
  })

  it('lets earlier maps of a merge list win', () => {
    const text = 'a: &a { x: 1 }\nb: &b { x: 2, y: 2 }\nc: { <<: [*a, *b], z: 3 }'
    expect(read(text).value).toMatchObject({ c: { x: 1, y: 2, z: 3 } })
  })

  it('refuses to merge what is no map', () => {
    expect(read('a: { <<: [1] }').problems).toEqual(['f:1:11: << takes a map or a list of maps'])
  })

  it('never quotes the text in a problem', () => {
    const slips = [
      'a: b: hunter2',
      'a: "\\hunter2"',
      'a: @hunter2',
      'a: [hunter2',
      '- hunter2\nb: 1',
      'a: *hunter2',
      'a: !hunter2 x',
      'a: |hunter2',
    ]
    for (const slip of slips) {
      expect(read(slip).problems).not.toEqual([])
      expect(read(slip).problems.join()).not.toContain('hunter2')
    }
  })
})
