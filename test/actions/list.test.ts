import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listHosts, listTags } from '../../src/actions/list.ts'
import type { RunOptions } from '../../src/actions/options.ts'
import { allTags } from '../../src/roles/index.ts'
import { soundSite, writeFiles } from '../inventory/support.ts'

const options = (changes: Partial<RunOptions> = {}): RunOptions => ({
  inventory: join(writeFiles({ 'inventory.yaml': soundSite }), 'inventory.yaml'),
  extraVars: [],
  limit: undefined,
  tags: [],
  skipTags: [],
  forks: 8,
  acceptNew: false,
  skipUnreachable: [],
  maxDisruption: 'switchover',
  command: 'diff',
  emit: () => undefined,
  ...changes,
})

describe('--list-tags', () => {
  it("has the article's tags, each with the roles that it selects", () => {
    const byTag = new Map(listTags(options()).map(({ tag, roles }) => [tag, roles]))
    for (const tag of [
      ...['software', 'open-vm-tools', 'tz', 'tweaks', 'ntp', 'ntpd', 'zabbix', 'zabbix-mysql', 'ssh'],
      ...['patroni', 'haproxy', 'keepalived'],
    ]) {
      expect(byTag.get(tag)?.length).toBeGreaterThan(0)
    }
    expect(byTag.get('patroni')).toEqual(
      expect.arrayContaining(['postgres', 'patroni', 'haproxy', 'keepalived']),
    )
  })

  it('has every tag that --tags takes, and no other', () => {
    expect(listTags(options()).map(({ tag }) => tag)).toEqual(allTags())
  })
})

describe('--list-hosts', () => {
  it.each([
    [undefined, ['n1', 'n2', 'n3']],
    [['n2'], ['n2']],
    [
      ['pgsql', '!n1'],
      ['n2', 'n3'],
    ],
  ])('with --limit %j', (limit, names) => {
    expect(listHosts(options({ limit })).map(({ name }) => name)).toEqual(names)
  })

  it('says addresses, groups and roles', () => {
    expect(listHosts(options({ limit: ['n1'] }))).toEqual([
      {
        name: 'n1',
        address: '198.18.1.11',
        groups: ['pgsql'],
        roles: ['consul', 'postgres', 'patroni', 'haproxy', 'keepalived'],
      },
    ])
  })
})
