import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { SiteVars, loadSite } from '../../src/roles/site.ts'
import { writeFiles } from './support.ts'

const file = 'inventory.example.yaml'
const text = readFileSync(file, 'utf8')

const env = {
  HOME: '/home/dba',
  PATRONI_REST_PASSWORD: 'rest-password',
  PATRONI_SUPERUSER_PASSWORD: 'superuser-password',
  PATRONI_REPLICATION_PASSWORD: 'replication-password',
  PATRONI_REWIND_PASSWORD: 'rewind-password',
  VRRP_SECRET: 'vrrp1234',
  PGHA_KEY_PASSPHRASE: 'passphrase',
  PGHA_SSH_PASSWORD: 'ssh-password',
  PGHA_SUDO_PASSWORD: 'sudo-password',
  CONSUL_GOSSIP_KEY: 'MDEyMzQ1Njc4OWFiY2RlZg==',
  CONSUL_TOKEN: 'consul-token',
  ETCD_PASSWORD: 'etcd-password',
  PIP_INDEX_URL: 'https://pip.example/simple',
  TELEGRAM_TOKEN: '12345:telegram-token',
  ALERT_WEBHOOK: 'https://hooks.example/secret',
}

/** The example with all its optional settings, which stand as `#key: value`, in force. */
function withEverything(): string {
  return text.replace(/^(\s*)#(?=[a-z_]+:)/gm, '$1')
}

/** Defaults of a section, without what the example sets on purpose. */
function defaultsOf(name: keyof z.infer<typeof SiteVars>): object {
  const section = z.toJSONSchema(SiteVars, { io: 'input' }).properties?.[name]
  const fields = typeof section === 'object' ? Object.entries(section.properties ?? {}) : []
  const defaults = fields.flatMap(([key, field]) =>
    typeof field !== 'object' || field.default === undefined || setOnPurpose.has(key)
      ? []
      : [[key, field.default as unknown]],
  )
  return Object.fromEntries(defaults) as object
}

const setOnPurpose: ReadonlySet<string> = new Set(['parameters', 'priority'])

describe('inventory.example.yaml', () => {
  const { inventory, warnings } = loadSite({ file, env })

  it('is a site of three nodes without a warning', () => {
    expect(inventory.hosts.map((host) => host.name)).toEqual(['pg-1', 'pg-2', 'pg-3'])
    expect(warnings).toEqual([])
  })

  it('is valid with all its optional settings', () => {
    const folder = writeFiles({ 'inventory.yaml': withEverything() })
    const site = loadSite({ file: join(folder, 'inventory.yaml'), env })
    expect(site.inventory.hosts.map((host) => host.name)).toEqual(['pg-1', 'pg-2', 'pg-3', 'pg-4'])
    expect(site.inventory.hosts[0]?.vars.consul.external).toEqual(['192.0.2.20:8500'])
  })

  it('shows every setting', () => {
    const shown = new Set([...text.matchAll(/^[\s#-]*([a-z_]+):/gm)].map(([, key]) => key))
    const inline = new Set([...text.matchAll(/[{,] ([a-z_]+):/g)].map(([, key]) => key))
    const missing = [...fieldsOf(z.toJSONSchema(SiteVars, { io: 'input' }))].filter(
      (field) => !shown.has(field) && !inline.has(field),
    )
    expect(missing).toEqual([])
  })

  it.each(['postgresql', 'consul', 'etcd', 'patroni', 'haproxy', 'keepalived', 'ssh'] as const)(
    'shows the defaults of %s as they are',
    (section) => {
      expect(inventory.hosts[0]?.vars[section]).toMatchObject(defaultsOf(section))
    },
  )
})

function fieldsOf(schema: z.core.JSONSchema.BaseSchema): ReadonlySet<string> {
  const children = [...Object.values(schema.properties ?? {}), schema.items].flat()
  const below = children.flatMap((child) => (typeof child === 'object' ? [...fieldsOf(child)] : []))
  return new Set([...Object.keys(schema.properties ?? {}), ...below])
}
