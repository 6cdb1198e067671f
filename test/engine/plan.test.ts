import { describe, expect, it } from 'vitest'

import { inOrder, planHost } from '../../src/engine/plan.ts'
import { early, resource, roleOf } from '../../src/engine/resource.ts'
import { thing, wordType } from './support.ts'

const packageType = wordType('package')
const userType = wordType('user')
const repositoryType = wordType('repository')
const nothing = new Map<string, unknown>()
const everythingElse = (...ids: readonly string[]) => new Map(ids.map((id) => [id, 'wanted']))

describe('a plan', () => {
  it('names host, resource, kind, role, verb and summary of what differs, and no other', () => {
    const source = { file: 'inventory.yaml', line: 1, column: 2 }
    const [a, b] = [{ ...thing('a', { role: 'haproxy' }), source }, thing('b')]

    expect(planHost('n1', [a, b], everythingElse('thing b').set('thing a', 'other'))).toEqual([
      {
        host: 'n1',
        resource: 'thing a',
        kind: 'thing',
        role: 'haproxy',
        verb: 'update',
        summary: 'other → wanted',
        disruption: 'none',
        source,
      },
    ])
  })

  it('is empty when everything is as wanted', () => {
    expect(planHost('n1', [thing('a')], everythingElse('thing a'))).toEqual([])
  })

  it('has what prepares first, then packages, then roles as they are listed', () => {
    const wanted = [
      thing('config'),
      thing('haproxy', { type: packageType, phase: 'packages' }),
      early(thing('key')),
      thing('service'),
      thing('consul', { type: packageType, phase: 'packages' }),
    ]

    expect(inOrder(wanted).map(({ id }) => id)).toEqual([
      'thing key',
      'package haproxy',
      'package consul',
      'thing config',
      'thing service',
    ])
    expect(planHost('n1', wanted, nothing).map((change) => change.resource)).toEqual(
      inOrder(wanted).map(({ id }) => id),
    )
  })

  describe('says what comes first and may alter what a change finds:', () => {
    const ofRole = { role: 'haproxy' }
    const haproxy = thing('haproxy', { ...ofRole, type: packageType, phase: 'packages' })
    const afterOf = (wanted: Parameters<typeof planHost>[1], states = nothing) =>
      planHost('n1', wanted, states).map(({ resource: id, after }) => [id, after])

    it('a package of the same role', () => {
      expect(afterOf([haproxy, thing('config', ofRole)])).toEqual([
        ['package haproxy', undefined],
        ['thing config', 'package haproxy'],
      ])
    })

    it('a user of the same role', () => {
      expect(afterOf([thing('u', { ...ofRole, type: userType }), thing('config', ofRole)])).toEqual([
        ['user u', undefined],
        ['thing config', 'user u'],
      ])
    })

    it('nothing when the package is there', () => {
      expect(afterOf([haproxy, thing('config', ofRole)], everythingElse('package haproxy'))).toEqual([
        ['thing config', undefined],
      ])
    })

    it('nothing of another role', () => {
      expect(afterOf([haproxy, thing('config', { role: 'consul' })])).toContainEqual([
        'thing config',
        undefined,
      ])
    })

    it('nothing for what comes before packages itself', () => {
      expect(afterOf([haproxy, early(thing('unit', ofRole))])).toContainEqual(['thing unit', undefined])
    })

    it('nothing for packages and repositories among each other', () => {
      const repository = thing('pgdg', { ...ofRole, type: repositoryType, phase: 'prepare' })

      expect(afterOf([repository, haproxy])).toEqual([
        ['repository pgdg', undefined],
        ['package haproxy', undefined],
      ])
    })
  })
})

describe('a resource', () => {
  it('is named by its kind and name, and belongs to the role that is its first tag', () => {
    expect(resource(packageType, 'haproxy', { name: 'haproxy', word: 'x' })).toMatchObject({
      id: 'package haproxy',
      phase: 'role',
      tags: [],
    })
    expect(roleOf({ ...thing('a'), tags: ['haproxy', 'patroni'] })).toBe('haproxy')
  })
})
