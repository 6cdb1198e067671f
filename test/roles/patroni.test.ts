import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { dcsConfigType, type DcsConfigWant } from '../../src/resources/dcs-config.ts'
import { watchdogMode } from '../../src/roles/patroni/config.ts'
import { bootstrapSettings, dcsSettings } from '../../src/roles/patroni/dcs-settings.ts'
import { pgHba } from '../../src/roles/patroni/pg-hba.ts'
import type { SiteHost } from '../../src/roles/site.ts'
import { Secret } from '../../src/shared/secret.ts'
import { contentOf, factsOf, hostsOf, inventory, wantedBy } from './support.ts'

const hosts = hostsOf(inventory())

function first(sites: readonly SiteHost[]): SiteHost {
  const [host] = sites
  if (host === undefined) throw new Error('no host')
  return host
}

describe('patroni.yml', () => {
  const canaries = {
    rest_password: `'single' "double"`,
    superuser_password: '# no: comment, {{ not }} {% rendered %} %s $HOME `id` \\n',
    replication_password: '- [list] & *anchor ! | > ~ null: ünïcödé 🔑',
    rewind_password: '  spaces at both ends  ',
  }

  it('is read back with every password as it was', async () => {
    const { vars } = first(hosts)
    const secrets = Object.entries(canaries).map(([key, value]) => [key, new Secret(value)] as const)
    const patroni = { ...vars.patroni, ...Object.fromEntries(secrets) }
    const sites = [
      {
        ...first(hosts),
        vars: { ...vars, patroni, consul: { ...vars.consul, token: new Secret(`t"'#: `) } },
      },
    ]
    const read = parse(contentOf(await wantedBy(sites, 'n1', 'debian'), 'patroni.yml'), {
      version: '1.1',
    }) as unknown

    expect(read).toMatchObject({
      restapi: { authentication: { username: 'patroni', password: canaries.rest_password } },
      consul: { token: `t"'#: ` },
      postgresql: {
        authentication: {
          superuser: { password: canaries.superuser_password },
          replication: { password: canaries.replication_password },
          rewind: { password: canaries.rewind_password },
        },
      },
    })
  })

  it('is read back whatever a password is made of', async () => {
    const anything = fc
      .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
      .filter((text) => /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/.test(text))
    const hard = fc.string({
      unit: fc.constantFrom(...Array.from(`'"#:{}%&*!|>-[],\\ ?@\`a0~`)),
      minLength: 4,
      maxLength: 20,
    })
    const { vars } = first(hosts)
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, hard), async (password) => {
        const patroni = { ...vars.patroni, superuser_password: new Secret(password) }
        const wanted = await wantedBy([{ ...first(hosts), vars: { ...vars, patroni } }], 'n1', 'debian')
        const read = parse(contentOf(wanted, 'patroni.yml'), { version: '1.1' }) as {
          readonly postgresql: {
            readonly authentication: { readonly superuser: { readonly password: string } }
          }
        }

        expect(read.postgresql.authentication.superuser.password).toBe(password)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    [
      'an external Consul',
      inventory('  consul: { external: ["192.0.2.20:8500"] }').replaceAll(
        'patroni: { node_name',
        'roles: [postgres, patroni], patroni: { node_name',
      ),
      { consul: { host: '192.0.2.20:8500' } },
    ],
    ['tags', inventory('', '    tags: { nofailover: true }'), { tags: { nofailover: true } }],
    [
      'a data directory',
      inventory('  postgresql: { data_dir: /srv/pg/17 }'),
      { postgresql: { data_dir: '/srv/pg/17' } },
    ],
  ])('takes over %s', async (_, text, expected) => {
    const wanted = await wantedBy(hostsOf(text), 'n1', 'debian')

    expect(parse(contentOf(wanted, 'patroni.yml'))).toMatchObject(expected)
  })

  it('holds no port of another node', async () => {
    const ports = await Promise.all(
      hosts.map(async ({ name, vars }) => {
        const text = contentOf(await wantedBy(hosts, name, 'debian'), 'patroni.yml')
        return [text.includes(`"${vars.address}:8008"`), text.match(/connect_address/g)?.length] as const
      }),
    )

    expect(ports).toEqual([
      [true, 2],
      [true, 2],
      [true, 2],
    ])
  })
})

describe('the watchdog', () => {
  it.each([
    ['auto', true, 'required'],
    ['auto', false, 'off'],
    ['required', false, 'required'],
    ['off', true, 'off'],
    ['automatic', false, 'automatic'],
  ] as const)('%s with a device: %s is %s', async (mode, watchdog, expected) => {
    expect(watchdogMode(mode, await factsOf('debian', '198.18.1.11', { watchdog }))).toBe(expected)
  })

  it.each([
    [true, /\nExecStartPre=-\+\/bin\/chown postgres \/dev\/watchdog\n/],
    [false, /^(?![\s\S]*watchdog)/],
  ])('is opened to Patroni by its unit where there is one: %s', async (watchdog, expected) => {
    expect(contentOf(await wantedBy(hosts, 'n1', 'debian', { watchdog }), 'patroni.service')).toMatch(
      expected,
    )
  })
})

describe('pg_hba', () => {
  const linesOf = (sections = '', patroni = '') => {
    const sites = hostsOf(inventory(sections, patroni))
    return pgHba(sites, first(sites).vars)
  }

  it('lets in members, nodes, declared networks and the operator, in this order', () => {
    const sections = `  postgresql:
    client_networks: [198.18.2.0/24]
    hba: ['host all backup 198.18.3.5/32 scram-sha-256']`

    expect(linesOf(sections)).toEqual([
      'local all postgres peer',
      'local all all scram-sha-256',
      'host replication replicator 127.0.0.1/32 scram-sha-256',
      ...['11', '12', '13'].map((n) => `host replication replicator 198.18.1.${n}/32 scram-sha-256`),
      'host all all 127.0.0.1/32 scram-sha-256',
      ...['11', '12', '13'].map((n) => `host all all 198.18.1.${n}/32 scram-sha-256`),
      'host all all 198.18.2.0/24 scram-sha-256',
      'host all backup 198.18.3.5/32 scram-sha-256',
    ])
  })

  it('is never open to the world or without a password', () => {
    for (const line of [...linesOf(), ...linesOf('  postgresql: { version: 9.6 }')]) {
      expect(line).not.toMatch(/0\.0\.0\.0|::\/0|\b(trust|password)$/)
    }
  })

  it('has passwords as the version knows them', () => {
    expect(linesOf('  postgresql: { version: 9.6 }')).toContain('local all all md5')
    expect(linesOf('  postgresql: { version: 10 }')).toContain('local all all scram-sha-256')
  })

  it('lets Patroni in by password when its superuser is none of the system', () => {
    expect(linesOf('', '    superuser: pgadmin').filter((line) => line.startsWith('local'))).toEqual([
      'local all all scram-sha-256',
    ])
  })
})

describe('the settings of the cluster', () => {
  const settingsOf = (sections = '', patroni = '') =>
    dcsSettings(first(hostsOf(inventory(sections, patroni))).vars)

  it.each([
    [9.6, { wal_keep_segments: 8 }, 'wal_keep_size'],
    [12, { wal_keep_segments: 8 }, 'wal_keep_size'],
    [13, { wal_keep_size: '128MB', max_slot_wal_keep_size: '4GB' }, 'wal_keep_segments'],
    [17, { wal_keep_size: '128MB' }, 'wal_keep_segments'],
  ])('follow version %s of PostgreSQL', (version, some, not) => {
    const { postgresql } = settingsOf(`  postgresql: { version: ${version} }`)

    expect(postgresql).toMatchObject({ parameters: { wal_level: 'replica', ...some } })
    expect(JSON.stringify(postgresql)).not.toContain(not)
  })

  it('take what the inventory says over our defaults', () => {
    const settings = settingsOf(
      '  postgresql: { parameters: { max_wal_senders: 20, work_mem: 8MB } }',
      '    dcs: { maximum_lag_on_syncnode: 1000 }\n    ttl: 30',
    )

    expect(settings).toMatchObject({
      ttl: 30,
      maximum_lag_on_syncnode: 1000,
      postgresql: { parameters: { max_wal_senders: 20, work_mem: '8MB', hot_standby: 'on' } },
    })
  })

  it.each([
    ['off', { synchronous_mode: false, synchronous_mode_strict: false, synchronous_node_count: 1 }],
    ['on', { synchronous_mode: true, synchronous_mode_strict: false, synchronous_node_count: 1 }],
    ['strict', { synchronous_mode: true, synchronous_mode_strict: true, synchronous_node_count: 1 }],
    ['quorum', { synchronous_mode: 'quorum', synchronous_mode_strict: false, synchronous_node_count: 1 }],
  ])('are whole in each synchronous mode, so that none leaves a key behind: %s', (mode, settings) => {
    expect(settingsOf('', `    synchronous: '${mode}'`)).toMatchObject(settings)
  })

  it('begin a quorum as a plain synchronous mode, which the validation of Patroni 4.0 takes', () => {
    const vars = { ...first(hosts).vars }
    const withMode = (synchronous: 'quorum' | 'off') =>
      bootstrapSettings({ ...vars, patroni: { ...vars.patroni, synchronous } })

    expect(withMode('quorum')).toMatchObject({ synchronous_mode: true })
    expect(withMode('off')).toMatchObject({ synchronous_mode: false })
  })

  it('leave the synchronous mode to the DCS where the inventory does not say', () => {
    expect(Object.keys(settingsOf('')).filter((key) => key.startsWith('synchronous'))).toEqual([])
  })

  it('are a resource of one node, whose password only its payload holds', async () => {
    const vars = { ...first(hosts).vars }
    const patroni = { ...vars.patroni, rest_password: new Secret('canary-dcs-config') }
    const wanted = await wantedBy([{ ...first(hosts), vars: { ...vars, patroni } }], 'n1', 'debian')
    const settings = wanted.find(({ id }) => id === 'dcs-config main')
    const want = settings?.want as DcsConfigWant
    const state = { kind: 'stored', url: want.url, settings: { ttl: 99 } } as const
    const difference = dcsConfigType.diff(want, state)
    if (difference === undefined) throw new Error('it differs')
    const [step] = dcsConfigType.steps([{ want, state, difference }])

    expect(want.url).toBe('http://198.18.1.11:8008')
    expect(want.dataDir).toBe('/var/lib/postgresql/17/main')
    expect(JSON.stringify([dcsConfigType.probe([want]), difference, step?.script, step?.what])).not.toContain(
      'canary',
    )
    expect(step?.payloads?.some(({ content }) => content.includes('canary-dcs-config'))).toBe(true)
  })
})
