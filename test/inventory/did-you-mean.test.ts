import { describe, expect, it } from 'vitest'
import { didYouMean, editDistance } from '../../src/inventory/did-you-mean.ts'

describe('did you mean', () => {
  const known = ['primary_port', 'replica_port', 'maxconn', 'ttl']

  it.each([
    ['primry_port', 'did you mean "primary_port"?'],
    ['Primary_Port', 'did you mean "primary_port"?'],
    ['maxcon', 'did you mean "maxconn"?'],
    ['tll', 'did you mean "ttl"?'],
    ['scope', 'known: primary_port, replica_port, maxconn, ttl'],
  ])('%s: %s', (name, hint) => {
    expect(didYouMean(name, known)).toBe(hint)
  })

  it('says nothing when there is too much to list', () => {
    expect(
      didYouMean(
        'scope',
        Array.from({ length: 13 }, (_, index) => `name${index}`),
      ),
    ).toBeUndefined()
    expect(didYouMean('scope', [])).toBeUndefined()
  })
})

describe('edit distance', () => {
  it.each([
    ['', '', 0],
    ['ttl', '', 3],
    ['ttl', 'tll', 1],
    ['scope', 'socpe', 1],
    ['scope', 'scopes', 1],
    ['scope', 'cope', 1],
    ['kitten', 'sitting', 3],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})
