import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { fencingMarginMs } from '../../src/roles/checks/timing.ts'
import { type VipPlace, vipProblems } from '../../src/roles/checks/vip.ts'
import { SiteVars, loadSite } from '../../src/roles/site.ts'
import { localPath } from '../../src/roles/ssh/paths.ts'
import { changed, loadFiles, problemsOf, writeFiles } from '../inventory/support.ts'

describe('the VIP on a node', () => {
  const place = (vip: string, prefix: number | undefined): VipPlace => ({
    vip,
    address: '198.18.1.11',
    prefix,
  })

  it.each([
    [place('198.18.1.100', 24), []],
    [place('198.18.1.100', undefined), []],
    [place('198.18.9.100', undefined), []],
    [place('198.18.9.100', 32), []],
    [place('198.18.9.100', 16), []],
    [place('198.18.1.12', 30), ['198.18.1.12 is outside the network of the nodes, 198.18.1.8/30']],
    [place('198.18.1.11', 24), ['198.18.1.11 is the address of a node']],
    [place('198.18.2.100', 24), ['198.18.2.100 is outside the network of the nodes, 198.18.1.0/24']],
    [place('198.18.1.0', 24), ['198.18.1.0 is the address of the network itself']],
    [place('198.18.1.255', 24), ['198.18.1.255 is the broadcast address of the network']],
    [place('0.0.0.0', 24), ['0.0.0.0 cannot be the address of a machine']],
  ])('%j: %j', (where, messages) => {
    expect(vipProblems(where).map(({ message }) => message)).toEqual(messages)
  })
})

describe('timings that cut a hung leader off too late', () => {
  const files = {
    'inventory.yaml': changed([
      '      patroni:\n',
      '      haproxy: { check_timeout_ms: 9000, fall: 5 }\n      patroni:\n',
    ]),
  }

  it('are refused to who builds the cluster, and told to who only looks at one', () => {
    expect(problemsOf(files).join()).toContain('HAProxy cuts a hung leader off')
    const { warnings } = loadFiles(files, { onlyLooks: true })
    expect(warnings.map(({ message }) => message).join()).toContain('writes get lost')
  })
})

describe('the fencing margin', () => {
  // research/reliability.md 2.4: 6.5 s against 15 s with the defaults, 24 s against 20 s with the article's values.
  it('is 8.5 s with the defaults', () => {
    const haproxy = {
      inter_ms: 1000,
      fastinter_ms: 500,
      fall: 2,
      check_timeout_ms: 1500,
      connect_timeout_ms: 1000,
    }
    expect(fencingMarginMs(haproxy, { ttl: 20, loop_wait: 5 })).toBe(8500)
  })

  it("is negative with the article's values", () => {
    const haproxy = {
      inter_ms: 3000,
      fastinter_ms: 3000,
      fall: 3,
      check_timeout_ms: 5000,
      connect_timeout_ms: 0,
    }
    expect(fencingMarginMs(haproxy, { ttl: 30, loop_wait: 10 })).toBe(-4000)
  })
})

describe('paths of this machine', () => {
  it.each([
    ['/etc/ssh/config', '/etc/ssh/config'],
    ['keys/id', '/site/keys/id'],
    ['../id', '/id'],
    ['~/.ssh/id', '/home/dba/.ssh/id'],
    ['~', '/home/dba'],
    ['~other/id', '/site/~other/id'],
  ])('%s is %s', (path, absolute) => {
    expect(localPath(path, '/site', '/home/dba')).toBe(absolute)
  })

  it('start at the folder of the inventory', () => {
    const ssh = '{ key_files: [id, ~/id], known_hosts: [hosts], config_file: config }'
    const folder = writeFiles({ 'inventory.yaml': changed(['{ user: root }', ssh]) })
    const { inventory } = loadSite({ file: join(folder, 'inventory.yaml'), env: { HOME: '/home/dba' } })
    expect(inventory.hosts[0]?.vars.ssh).toMatchObject({
      key_files: [join(folder, 'id'), '/home/dba/id'],
      known_hosts: [join(folder, 'hosts')],
      config_file: join(folder, 'config'),
    })
  })
})

describe('the schema', () => {
  it('can be shown as JSON Schema, with a description of every field', () => {
    const schema = z.toJSONSchema(SiteVars, { io: 'input', target: 'draft-7' })
    expect(fieldsWithoutDescription(schema, '')).toEqual([])
  })

  it('keeps secrets out of sight', () => {
    const folder = writeFiles({ 'inventory.yaml': changed() })
    const { inventory } = loadSite({ file: join(folder, 'inventory.yaml'), env: {} })
    expect(JSON.stringify(inventory)).not.toContain('rest-password')
    expect(inventory.hosts[0]?.vars.patroni.rest_password.reveal()).toBe('rest-password')
  })
})

function fieldsWithoutDescription(schema: z.core.JSONSchema.BaseSchema, path: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    if (typeof field !== 'object') return []
    const below = fieldsWithoutDescription(field, `${path}.${key}`)
    return field.description === undefined ? [`${path}.${key}`, ...below] : below
  })
}
