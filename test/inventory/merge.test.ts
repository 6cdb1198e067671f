import { describe, expect, it } from 'vitest'
import { keySourceAt, sourceAt } from '../../src/inventory/locate.ts'
import { mergeMaps, setPath } from '../../src/inventory/merge.ts'
import { readYaml } from '../../src/inventory/read-yaml.ts'
import { type MapNode, plainValue } from '../../src/inventory/tree.ts'
import { sourceText } from '../../src/shared/source.ts'

function map(file: string, text: string): MapNode {
  const { tree } = readYaml(text, { file, env: {} })
  if (tree?.kind !== 'map') throw new Error('expected a map')
  return tree
}

describe('merging two maps', () => {
  const weak = map('weak', 'a: 1\nb:\n  c: 2\n  d: [1, 2]\n')
  const strong = map('strong', 'b:\n  d: [3]\n  e: 4\n')
  const merged = mergeMaps(weak, strong)

  it('keeps what only one has and replaces the rest', () => {
    expect(plainValue(merged)).toEqual({ a: 1, b: { c: 2, d: [3], e: 4 } })
  })

  it.each([
    [['a'], 'weak:1:4'],
    [['b', 'c'], 'weak:3:6'],
    [['b', 'd', 0], 'strong:2:7'],
    [['b', 'd', 1], 'strong:2:6'],
    [['b'], 'strong:1:1'],
    [['b', 'x'], 'strong:1:1'],
    [['a', 'x'], 'weak:1:4'],
  ])('finds %j at %s', (path, place) => {
    expect(sourceText(sourceAt(merged, path))).toBe(place)
  })

  it('finds keys, for complaints about their names', () => {
    expect(sourceText(keySourceAt(merged, ['b', 'e']))).toBe('strong:3:3')
  })

  it('remembers where a section was written first', () => {
    const section = merged.entries.get('b')?.value
    expect(section?.kind === 'map' && sourceText(section.origin)).toBe('weak:2:1')
  })

  it('leaves both as they were', () => {
    expect(plainValue(weak)).toEqual({ a: 1, b: { c: 2, d: [1, 2] } })
    expect(plainValue(strong)).toEqual({ b: { d: [3], e: 4 } })
  })

  it('replaces a section by a value, and a value by a section', () => {
    expect(plainValue(mergeMaps(weak, map('x', 'b: 5\na: { y: 6 }\n')))).toEqual({ a: { y: 6 }, b: 5 })
  })
})

describe('setting one value', () => {
  const root = map('file', 'a:\n  b: 1\n')
  const source = { file: '-e', line: 1, column: 1 }
  const value = { kind: 'scalar', source, value: 2 } as const

  it.each([
    [['a', 'b'], { a: { b: 2 } }],
    [['a', 'c'], { a: { b: 1, c: 2 } }],
    [['x', 'y', 'z'], { a: { b: 1 }, x: { y: { z: 2 } } }],
    [['a', 'b', 'c'], { a: { b: { c: 2 } } }],
  ])('at %j', (path, expected) => {
    expect(plainValue(setPath(root, path, value, source))).toEqual(expected)
  })

  it('does not claim the sections on the way', () => {
    expect(sourceText(sourceAt(setPath(root, ['a', 'c'], value, source), ['a']))).toBe('file:1:1')
  })
})
