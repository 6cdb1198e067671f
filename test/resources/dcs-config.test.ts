import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { dcsConfig, dcsConfigType, type DcsConfigWant } from '../../src/resources/dcs-config.ts'
import type { DcsConfigState } from '../../src/resources/dcs-state.ts'
import type { Settings } from '../../src/resources/settings-tree.ts'
import { Secret } from '../../src/shared/secret.ts'
import { shells } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'
import { type Sandbox, sandbox } from './support.ts'

const password = new Secret(`canary "rest" pa'ss\\word`)

const url = 'http://198.18.1.11:8008'
const other = 'http://198.18.1.12:8008'

function want(settings: Settings): DcsConfigWant {
  return { scope: 'main', url, others: [], dataDir: '/nowhere', user: 'patroni', password, settings }
}

/** These settings as what a Patroni tells. */
const told = (settings: Settings): DcsConfigState => ({ kind: 'stored', url, settings })

const stored: Settings = {
  ttl: 20,
  failsafe_mode: true,
  synchronous_mode: 'off',
  postgresql: {
    use_slots: true,
    parameters: { max_connections: '100', wal_level: 'replica', 'pg_stat_statements.max': 1000 },
  },
  slots: { theirs: { type: 'physical' } },
}

/** Settings with one parameter. */
const parameter = (name: string, value: number | null): Settings => ({
  postgresql: { parameters: { [name]: value } },
})

interface Case {
  readonly what: string
  readonly wanted: Settings
  readonly summary?: string
  readonly patch?: Settings
}

const cases: readonly Case[] = [
  {
    what: 'nothing, when every named key is stored so',
    wanted: { ttl: 20, postgresql: { use_slots: true } },
  },
  { what: 'nothing, for a number that is stored as text', wanted: parameter('max_connections', 100) },
  { what: 'nothing, for on and true', wanted: { failsafe_mode: 'on', synchronous_mode: false } },
  { what: 'nothing, for a key that should not be there and is not', wanted: { loop_wait: null } },
  { what: 'nothing, for a stored key with a dot', wanted: parameter('pg_stat_statements.max', 1000) },
  {
    what: 'one key, and leaves its neighbours out',
    wanted: { ttl: 30, failsafe_mode: true },
    summary: 'ttl 20 → 30',
    patch: { ttl: 30 },
  },
  {
    what: 'a key below others',
    wanted: parameter('max_connections', 400),
    summary: 'postgresql.parameters.max_connections "100" → 400',
    patch: parameter('max_connections', 400),
  },
  {
    what: 'several keys, sorted',
    wanted: { ttl: 30, loop_wait: 5, postgresql: { use_slots: false } },
    summary: 'loop_wait unset → 5, postgresql.use_slots true → false, ttl 20 → 30',
    patch: { loop_wait: 5, postgresql: { use_slots: false }, ttl: 30 },
  },
  {
    what: 'a key whose own name has a dot',
    wanted: parameter('pg_stat_statements.max', 2000),
    summary: 'postgresql.parameters.pg_stat_statements.max 1000 → 2000',
    patch: parameter('pg_stat_statements.max', 2000),
  },
  {
    what: 'a new key whose own name has a dot',
    wanted: parameter('auto_explain.log_min_duration', 5),
    summary: 'postgresql.parameters.auto_explain.log_min_duration unset → 5',
    patch: parameter('auto_explain.log_min_duration', 5),
  },
  {
    what: 'a key to be removed',
    wanted: parameter('max_connections', null),
    summary: 'postgresql.parameters.max_connections "100" → unset',
    patch: parameter('max_connections', null),
  },
  {
    what: 'a whole section to be removed',
    wanted: { slots: null },
    summary: 'slots {"theirs":{"type":"physical"}} → unset',
    patch: { slots: null },
  },
  {
    what: 'a list as one value',
    wanted: { ignore_slots: [{ name: 'a' }] },
    summary: 'ignore_slots unset → [{"name":"a"}]',
    patch: { ignore_slots: [{ name: 'a' }] },
  },
  {
    what: 'a section in place of a value',
    wanted: { ttl: { a: 1 } },
    summary: 'ttl.a unset → 1',
    patch: { ttl: { a: 1 } },
  },
]

describe('the dynamic configuration changes', () => {
  it.each(cases)('$what', ({ wanted, summary, patch }) => {
    const difference = dcsConfigType.diff(want(wanted), told(stored))

    if (summary === undefined || difference === undefined) {
      expect(difference).toBeUndefined()
      return
    }
    expect(difference).toMatchObject({ verb: 'update', summary })
    expect(patchOf(wanted)).toEqual(patch)
  })

  it('as lines before and after, of what differs only', () => {
    const difference = dcsConfigType.diff(want({ ttl: 30, loop_wait: 5, failsafe_mode: true }), told(stored))

    expect(difference?.text).toEqual({ before: 'ttl: 20\n', after: 'loop_wait: 5\nttl: 30\n' })
  })

  it('as a whole while there is no cluster to ask', () => {
    expect(dcsConfigType.diff(want({ ttl: 30, a: { b: 1 } }), { kind: 'none' })).toEqual({
      verb: 'create',
      summary: '2 settings, by the bootstrap of the cluster',
      text: { before: '', after: 'a.b: 1\nttl: 30\n' },
    })
  })

  it('as something unknown while there is a cluster and no Patroni to ask', () => {
    const difference = dcsConfigType.diff(want({ ttl: 30, a: { b: 1 } }), { kind: 'silent' })

    expect(difference).toEqual({
      verb: 'update',
      summary:
        'not known: no Patroni answers; its 2 settings are compared when one does, and only what differs is set',
      disruption: 'reload',
    })
  })

  it('by a patch that Patroni merges into what is wanted, and then in nothing', () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null))
    const key = fc.constantFrom('a', 'b', 'a.b', 'c', '__x')
    const settings = fc.letrec<{ tree: Settings }>((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, leaf, tie('tree')), { maxKeys: 4 }),
    })).tree
    fc.assert(
      fc.property(settings, settings, (wanted, before) => {
        const difference = dcsConfigType.diff(want(wanted), told(before))
        const after = difference === undefined ? before : merged(before, patchOf(wanted, before))

        expect(dcsConfigType.diff(want(wanted), told(after))).toBeUndefined()
      }),
    )
  })
})

function patchOf(wanted: Settings, state: Settings = stored): Settings {
  const [step] = dcsConfigType.steps([
    { want: want(wanted), state: told(state), difference: { verb: 'update', summary: '' } },
  ])
  const patch = step?.payloads?.find(({ name }) => name === 'patch')?.content
  return JSON.parse(patch?.toString() ?? '') as Settings
}

/** What Patroni makes of a PATCH (patroni/config.py, patch_config). */
function merged(config: Settings, patch: Settings): Settings {
  const all = Object.entries(patch).reduce<Map<string, Settings[string]>>(
    (result, [key, value]) => {
      const old = result.get(key)
      if (value === null) result.delete(key)
      else result.set(key, isMap(value) ? merged(isMap(old) ? old : {}, value) : value)
      return result
    },
    new Map(Object.entries(config)),
  )
  return Object.fromEntries(all)
}

function isMap(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

describe('the password of the REST API', () => {
  it('is in the payload for curl alone', () => {
    const wanted = want({ ttl: 30 })
    const difference = dcsConfigType.diff(wanted, told(stored))
    const [step] = dcsConfigType.steps([
      { want: wanted, state: told(stored), difference: difference ?? neverHere() },
    ])

    expect(JSON.stringify([difference, step?.what, step?.script, dcsConfig(wanted)])).not.toContain('canary')
    expect(step?.payloads?.find(({ name }) => name === 'login')?.content.toString()).toBe(
      `user = "patroni:canary \\"rest\\" pa'ss\\\\word"\n`,
    )
  })
})

function neverHere(): never {
  throw new Error('it differs')
}

describe('reading the dynamic configuration', () => {
  // GET /config of Patroni 4.0.7 on Debian 13.
  const answer =
    '{"ttl": 20, "loop_wait": 5, "postgresql": {"use_pg_rewind": true, "parameters": {"wal_keep_size": "128MB"}}}'

  it.each([
    ['what Patroni tells', `D|${url}|${answer}\n`, told(JSON.parse(answer) as Settings)],
    [
      'what the own Patroni tells',
      `${answer}\n@200 ${url}/config\n\nD|own\n`,
      told(JSON.parse(answer) as Settings),
    ],
    ['what it tells in lines', `{\n"ttl": 20}\n@200 ${url}/config\n\nD|own\n`, told({ ttl: 20 })],
    ['no answer and no data as no cluster', 'D|none\n', { kind: 'none' }],
    ['no answer beside data as silence', 'D|silent\n', { kind: 'silent' }],
    ['an answer that is no configuration as silence', `D|${url}|[1]\n`, { kind: 'silent' }],
    ['an answer that breaks off as silence', `D|${url}|{"ttl": \n`, { kind: 'silent' }],
    ['nothing printed as silence', '', { kind: 'silent' }],
  ])('takes %s', (_, printed, state) => {
    expect(dcsConfigType.parse(printed, [want({})])).toEqual([state])
  })
})

describe.each(shells)('the dynamic configuration in %s', (shell) => {
  let node: Sandbox
  const setting = (settings: Settings) => dcsConfig(want(settings))

  beforeEach(() => {
    node = sandbox(shell)
    node.write('config', '{"ttl": 20, "kept": 1}')
    node.program('curl', fakeCurl(node))
  })

  afterEach(() => node.close())

  it('is patched with the login from a file, and then as wanted', async () => {
    await node.apply([setting({ ttl: 30 })])

    expect(await node.plan([setting({ ttl: 30 })])).toEqual([])
    expect(await node.plan([setting({ kept: 1 })])).toEqual([])
    expect((await node.connection.run(`cat ${node.path('args')}`)).stdout).not.toContain('canary')
  })

  it('is not called stored before Patroni tells it, which may take a round of its loop', async () => {
    node.write('stale', '{"ttl": 20, "kept": 1}')
    await node.apply([setting({ ttl: 30 })])

    expect(await node.plan([setting({ ttl: 30 })])).toEqual([])
  })

  describe('where the own Patroni is silent', () => {
    const of = (settings: Settings) =>
      dcsConfig({ ...want(settings), others: [other], dataDir: node.path('data') })

    beforeEach(() => {
      node.write('silent-11', '')
    })

    it('is what another member tells, and is patched there', async () => {
      expect(await node.plan([of({ ttl: 20 })])).toEqual([])
      expect(await node.plan([of({ ttl: 30 })])).toMatchObject([{ verb: 'update', summary: 'ttl 20 → 30' }])
      await node.apply([of({ ttl: 30 })])
      expect(await node.plan([of({ ttl: 30 })])).toEqual([])
    })

    it('is unknown when there is data and nobody tells: no cluster will be made', async () => {
      node.write('silent-12', '')
      node.write('data/PG_VERSION', '17\n')
      expect(await node.plan([of({ ttl: 20 })])).toMatchObject([
        { verb: 'update', summary: expect.stringMatching(/^not known: no Patroni answers/) as string },
      ])
    })

    it('is what a new cluster begins with when there is no data', async () => {
      node.write('silent-12', '')
      expect(await node.plan([of({ ttl: 20 })])).toMatchObject([
        { verb: 'create', summary: '1 settings, by the bootstrap of the cluster' },
      ])
    })
  })

  it('that Patroni refuses is an error with its answer', async () => {
    node.write('refuses', '')
    const error = await failureOf(node.apply([setting({ ttl: 30 })]))

    expect(error.message).toBe('`PATCH http://198.18.1.11:8008/config` exited with 1')
    expect(error.context).toMatchObject({
      resource: 'dcs-config main',
      evidence: ['Patroni answered 401: no'],
    })
  })
})

/** A `curl` that keeps the configuration in a file; after a PATCH it tells the stale one once more. */
function fakeCurl({ root }: Sandbox): string {
  return `cd '${root}'
out=/dev/stdout patch= format=
echo "$*" >>args
case "$*" in *198.18.1.11*) [ ! -e silent-11 ] || exit 7 ;; *198.18.1.12*) [ ! -e silent-12 ] || exit 7 ;; esac
while [ $# -gt 0 ]; do
  case $1 in -o) out=$2; shift ;; --data-binary) patch=\${2#@}; shift ;; -K) grep -q canary "$2" || exit 9 ;; -w) format=$2 ;; http*) url=$1 ;; esac
  shift
done
if [ -z "$patch" ]; then
  if [ -e patched ] && [ -e stale ]; then cat stale; rm stale; else cat config; fi
  [ -z "$format" ] || printf '\\n@200 %s\\n' "$url"
elif [ -e refuses ]; then printf no >"$out"; printf 401
else
  sed 's/{"ttl":\\([0-9]*\\)}/{"ttl": \\1, "kept": 1}/' "$patch" >config
  : >patched; cat config >"$out"; printf 200
fi`
}

describe('keys that nobody named', () => {
  const wanted = want({ ttl: 20, postgresql: { parameters: { max_connections: 100 } } })

  it('are listed and left alone', () => {
    expect(dcsConfigType.unmanaged?.(wanted, told(stored))).toEqual([
      'failsafe_mode: true',
      'postgresql.parameters.pg_stat_statements.max: 1000',
      'postgresql.parameters.wal_level: "replica"',
      'postgresql.use_slots: true',
      'slots.theirs.type: "physical"',
      'synchronous_mode: "off"',
    ])
    expect(dcsConfigType.diff(wanted, told(stored))).toBeUndefined()
  })

  it('go when they are to be pruned, in one piece where nothing below is wanted', () => {
    const pruning = { ...wanted, prune: ['slots', 'postgresql', 'nothing'] }
    const difference = dcsConfigType.diff(pruning, told(stored))
    if (difference === undefined) throw new Error('nothing to prune')
    const [step] = dcsConfigType.steps([{ want: pruning, state: told(stored), difference }])
    expect(JSON.parse(step?.payloads?.[1]?.content.toString() ?? '')).toEqual({
      slots: null,
      postgresql: { use_slots: null, parameters: { 'pg_stat_statements.max': null, wal_level: null } },
    })
    expect(dcsConfigType.unmanaged?.(pruning, told(stored))).toEqual([
      'failsafe_mode: true',
      'synchronous_mode: "off"',
    ])
  })
})

describe('secrets among the settings', () => {
  const conninfo = (password: string) => `host=a user=b password=${password} sslmode=require`
  const before: Settings = {
    slots: { api_token: 'canary-1' },
    postgresql: { parameters: { archive_command: 'push --token canary-2 %p' } },
    standby_cluster: { primary_conninfo: conninfo('canary-3') },
  }
  const wanted = want({
    postgresql: {
      parameters: { archive_command: 'PGPASSWORD=canary-4 push %p', password_encryption: 'md5' },
    },
    standby_cluster: { primary_conninfo: conninfo("'canary 5'"), restore: 'postgres://u:canary-6@h/d' },
  })

  it('show in no plan, and what else is there does', () => {
    const { summary = '', text } = dcsConfigType.diff(wanted, told(before)) ?? {}
    const unmanaged = dcsConfigType.unmanaged?.(wanted, told(before)) ?? []

    expect([summary, text?.before, text?.after, ...unmanaged].join('\n')).not.toContain('canary')
    expect(text?.after).toBe(
      [
        'postgresql.parameters.archive_command: "PGPASSWORD=[redacted] push %p"',
        'postgresql.parameters.password_encryption: "md5"',
        'standby_cluster.primary_conninfo: "host=a user=b password=[redacted] sslmode=require"',
        'standby_cluster.restore: "postgres://u:[redacted]@h/d"',
        '',
      ].join('\n'),
    )
    expect(unmanaged).toEqual(['slots.api_token: "[redacted]"'])
  })
})
