import { describe, expect, it } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { selectHosts } from '../../src/inventory/select.ts'

const inventory: Inventory<null> = {
  file: 'inventory.yaml',
  hosts: ['pg-1', 'pg-2', 'pg-3', 'witness'].map((name) => ({
    name,
    groups: [],
    vars: null,
    sourceOf: () => undefined,
  })),
  absent: [],
  groups: new Map([
    ['pgsql', ['pg-1', 'pg-2', 'pg-3']],
    ['east', ['pg-1', 'witness']],
  ]),
}

function select(...limit: readonly string[]): readonly string[] {
  return selectHosts(inventory, limit).map((host) => host.name)
}

describe('--limit', () => {
  it.each([
    { limit: ['pg-2'], selected: ['pg-2'] },
    { limit: ['pgsql'], selected: ['pg-1', 'pg-2', 'pg-3'] },
    { limit: ['all'], selected: ['pg-1', 'pg-2', 'pg-3', 'witness'] },
    { limit: ['pg-3,pg-1'], selected: ['pg-1', 'pg-3'] },
    { limit: ['pg-3', 'pg-1'], selected: ['pg-1', 'pg-3'] },
    { limit: ['pg-1, east'], selected: ['pg-1', 'witness'] },
    { limit: ['pgsql,!pg-2'], selected: ['pg-1', 'pg-3'] },
    { limit: ['!east'], selected: ['pg-2', 'pg-3'] },
    { limit: ['pg-*'], selected: ['pg-1', 'pg-2', 'pg-3'] },
    { limit: ['pg-?,!*-2'], selected: ['pg-1', 'pg-3'] },
    { limit: ['ea*'], selected: ['pg-1', 'witness'] },
  ])('$limit selects $selected', ({ limit, selected }) => {
    expect(select(...limit)).toEqual(selected)
  })

  it('selects all when it is not given', () => {
    expect(selectHosts(inventory, undefined)).toEqual(inventory.hosts)
  })

  it.each([
    { limit: ['pg-4'], message: '--limit: pg-4 is neither a host nor a group (did you mean "pg-1"?)' },
    { limit: ['pgsq'], message: '--limit: pgsq is neither a host nor a group (did you mean "pgsql"?)' },
    {
      limit: ['!wittness'],
      message: '--limit: wittness is neither a host nor a group (did you mean "witness"?)',
    },
    {
      limit: ['db*'],
      message:
        '--limit: db* matches no host and no group (known: all, pgsql, east, pg-1, pg-2, pg-3, witness)',
    },
    { limit: [], message: '--limit names no host' },
    { limit: [''], message: '--limit has an empty name' },
    { limit: ['pg-1,'], message: '--limit has an empty name' },
    { limit: ['pg-1,!pgsql'], message: '--limit pg-1,!pgsql leaves no host' },
  ])('$limit is refused', ({ limit, message }) => {
    expect(() => select(...limit)).toThrow(message)
  })

  it('reports all unknown names at once', () => {
    expect(() => select('pg-9', 'pg-1', 'ost')).toThrow(/pg-9.*\n.*ost/)
  })

  it('takes the characters of a name literally', () => {
    expect(() => select('pg.1')).toThrow('pg.1 is neither')
  })
})
