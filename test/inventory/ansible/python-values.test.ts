import { describe, expect, it } from 'vitest'
import { pythonNumber, wholeNumber } from '../../../src/inventory/ansible/plain.ts'
import { pythonLiteral } from '../../../src/inventory/ansible/python-literal.ts'
import { plainScalar } from '../../../src/inventory/ansible/python-yaml.ts'

// Compared with Python 3.11's ast.literal_eval; undefined: it refuses, and Ansible keeps the text.
describe('Python literals', () => {
  it.each([
    ['1', 1],
    ['-3', -3],
    ['+4', 4],
    ['0', 0],
    ['00', 0],
    ['07', undefined],
    ['1_000', 1000],
    ['0x1F', 31],
    ['0o17', 15],
    ['0b101', 5],
    ['12345678901234567890', '12345678901234567890'],
    ['1.5', 1.5],
    ['1.0', '1.0'],
    ['1e5', '100000.0'],
    ['1e-5', '1e-05'],
    ['1e22', 1e22],
    ['1.', '1.0'],
    ['.5', 0.5],
    ['--2', undefined],
    ['10.0.0.1', undefined],
    ['1j', undefined],
    ['True', true],
    ['False', false],
    ['None', null],
    ['true', undefined],
    ['yes', undefined],
    ['"a"', 'a'],
    ["'it''s'", 'its'],
    [`"it's"`, "it's"],
    [String.raw`'it\'s'`, "it's"],
    [String.raw`"a\n\x41\u00e9\101\q"`, 'a\nAéA\\q'],
    [String.raw`r'\d'`, '\\d'],
    ["u'x'", 'x'],
    [`"""x"y"""`, 'x"y'],
    ['"a" \'b\'', 'ab'],
    ['"a', undefined],
    ['"a\nb"', undefined],
    ['[]', []],
    ["['a', 1, [2]]", ['a', 1, [2]]],
    ['[1,]', [1]],
    ['[1,,2]', undefined],
    ['[1', undefined],
    ['(1,)', [1]],
    ['(1)', 1],
    ['()', []],
    ['1, 2', [1, 2]],
    ["{'a': 1, 'b': {'c': None}}", { a: 1, b: { c: null } }],
    ['{1: 2}', { 1: 2 }],
    ['{1, 2}', [1, 2]],
    ["{'a' 1}", undefined],
    ['8080 # the port', 8080],
    ['word # kept', undefined],
    ['', undefined],
    ['secret$1', undefined],
    ['['.repeat(100), undefined],
  ])('%s', (text, value) => {
    expect(pythonLiteral(text)).toEqual(value)
  })
})

// Compared with PyYAML 6.0: YAML 1.1.
describe('unquoted values of PyYAML', () => {
  it.each([
    ['yes', true],
    ['Off', false],
    ['TRUE', true],
    ['y', 'y'],
    ['yEs', 'yEs'],
    ['', null],
    ['~', null],
    ['null', null],
    ['012', 10],
    ['08', '08'],
    ['0o14', '0o14'],
    ['0x1f', 31],
    ['0b11', 3],
    ['1_000', 1000],
    ['+1', 1],
    ['-0', 0],
    ['190:20:30', 685230],
    ['1:61', '1:61'],
    ['1e5', '1e5'],
    ['1.5e+3', '1500.0'],
    ['1.5', 1.5],
    ['-.5', '-.5'],
    ['9.6', 9.6],
    ['.inf', 'inf'],
    ['2020-01-01', '2020-01-01'],
    ['12345678901234567890', '12345678901234567890'],
    ['198.18.1.11', '198.18.1.11'],
    ['12e03', '12e03'],
  ])('%s', (text, value) => {
    expect(plainScalar(text)).toBe(value)
  })
})

describe('numbers', () => {
  it('are kept as Python prints them', () => {
    expect([1.5, 2, 1e16, 1e-5, -0.0001, Infinity, NaN].map(pythonNumber)).toEqual([
      1.5,
      '2.0',
      '1e+16',
      '1e-05',
      -0.0001,
      'inf',
      'nan',
    ])
  })

  it('are text where a double would round them', () => {
    expect(wholeNumber('9007199254740993')).toBe('9007199254740993')
    expect(wholeNumber('9007199254740991')).toBe(9007199254740991)
  })
})
