import { describe, expect, it } from 'vitest'

import type { RunOptions } from '../../src/actions/options.ts'
import { runStages } from '../../src/actions/run-stages.ts'
import { stages } from '../../src/actions/stages.ts'
import type { Event } from '../../src/engine/events.ts'
import { inOrder, type Plan, planHost } from '../../src/engine/plan.ts'
import { probe } from '../../src/engine/probe.ts'
import type { Resource, Verb } from '../../src/engine/resource.ts'
import type { SurveyedNode } from '../../src/actions/survey.ts'
import { thing, wordNode, type WordOptions, wordType } from '../engine/support.ts'
import { families, fullInventories, fullNode, hostsOf, wantedBy } from '../roles/support.ts'
import type { Canned } from '../support/fake-connection.ts'
import { type FakeCluster, fakeCluster, leading, replicating } from '../support/fake-patroni.ts'
import { hosts, journal, runId, runOptions, surveyed } from './support.ts'

const packages = wordType('package', {
  together: true,
  steps: (todo) => [
    { what: 'install', script: todo.map(({ want }) => `set ${want.name}=${want.word}`).join('\n') },
  ],
})
const settings = wordType('dcs-config')

/** A thing whose difference is a reload, as of a service whose configuration changed. */
const reloading = wordType('service', {
  diff: ({ word }, state) => (state === word ? undefined : { verb: 'reload', summary: 'newer' }),
})

const inRole = (role: string, more: WordOptions = {}) => thing(role, { role, ...more })

/** One resource for each stage that has one on a plain cluster. */
const story: readonly Resource[] = [
  thing('key', { role: 'repositories', phase: 'prepare' }),
  thing('program', { role: 'haproxy', type: packages, phase: 'packages' }),
  inRole('consul'),
  inRole('postgres'),
  inRole('patroni'),
  inRole('haproxy'),
  inRole('keepalived'),
]

interface Scene {
  readonly resources?: readonly Resource[]
  /** Words on the nodes, by `host name`. */
  readonly words?: Readonly<Record<string, string>>
  /** What a step is answered on a host, instead of being done. */
  readonly step?: (host: string, script: string, fake: FakeCluster) => Canned | undefined
  readonly change?: (fake: FakeCluster) => void
  readonly options?: Partial<RunOptions>
  /** What happens between the plan and the run. */
  readonly meanwhile?: (nodes: readonly SurveyedNode[]) => Promise<unknown>
}

/** Runs the stages on three nodes. Gives what happened, in order: stages, gates and steps. */
async function play({ resources = story, words = {}, step, change, options: more, meanwhile }: Scene = {}) {
  const fake = fakeCluster()
  change?.(fake)
  const log: string[] = []
  const said: string[] = []
  const { options } = runOptions({
    ...more,
    emit: (event) => {
      log.push(...lineOf(event))
      if (event.kind === 'warning' || event.kind === 'note') said.push(event.text)
    },
  })
  const nodes = await Promise.all(
    hosts.map((host) => {
      const own = Object.entries(words).flatMap(([key, word]) =>
        key.startsWith(`${host.name} `) ? [[key.slice(host.name.length + 1), word] as const] : [],
      )
      const node = wordNode(Object.fromEntries(own), (script) => step?.(host.name, script, fake))
      return surveyed(host, { ...node, host: host.name }, resources)
    }),
  )
  const plans = await Promise.all(
    nodes.map(async ({ host, connection }) =>
      planHost(host.name, resources, await probe(connection, resources)),
    ),
  )
  const plan: Plan = { changes: plans.flat(), hosts: 3, resources: resources.length * 3 }
  const context = { nodes, plan, cluster: fake.cluster, runId, options, journal: journal() }
  await meanwhile?.(nodes)
  const end = await runStages(context).then(
    (made) => ({ ...made, error: undefined }),
    (error: unknown) => ({ changes: [], alreadySo: [], error }),
  )
  return { log, said, plan, ...end }
}

function lineOf(event: Event): readonly string[] {
  if (event.kind === 'stage') return [`== ${event.stage}: ${event.hosts.join(' ')}`]
  if (event.kind === 'step-end') return [`${event.host} ${event.what}`]
  return event.kind === 'gate-open' ? [`-- ${event.gate}`] : []
}

const onAll = (what: string) => ['n1', 'n2', 'n3'].map((host) => `${host} ${what}`)

/** One node after the other, with a gate between. */
const inTurn = (what: string, gate: string) =>
  onAll(what).flatMap((line, index) => (index === 0 ? [line] : [`-- ${gate}`, line]))

const votes = 'all servers of the DCS vote'
const vipHeld = 'the VIP is held once'

/** Everything as wanted but what is named. */
function wantedBut(...keys: readonly string[]): Readonly<Record<string, string>> {
  const all = hosts.flatMap(({ name }) =>
    ['key', 'program', 'haproxy', 'consul', 'postgres', 'patroni', 'keepalived', 'main'].map(
      (word) => `${name} ${word}`,
    ),
  )
  return Object.fromEntries(all.map((key) => [key, keys.includes(key) ? 'old' : 'wanted']))
}

describe('the stages of an apply', () => {
  it('go from package sources to the VIP, with gates between them, and the first member alone', async () => {
    const { log, changes, plan } = await play()

    expect(log).toEqual([
      ...['== prepare: n1 n2 n3', ...onAll('set key')],
      ...['== packages: n1 n2 n3', ...onAll('install')],
      ...['== consul: n1 n2 n3', ...inTurn('set consul', votes), '-- the DCS has a leader'],
      ...['== postgres: n1 n2 n3', ...onAll('set postgres')],
      ...['== patroni: n1 n2 n3', '-- the DCS has a leader', 'n1 set patroni', '-- the cluster has a leader'],
      ...['n2 set patroni', 'n3 set patroni', '-- all replicas stream'],
      ...['== haproxy: n1 n2 n3', ...inTurn('set haproxy', vipHeld)],
      ...['== keepalived: n1 n2 n3', ...inTurn('set keepalived', vipHeld), '-- the VIP is held once'],
    ])
    expect(changes.length).toBe(plan.changes.length)
  })

  it('bring the address of a new cluster up while its first member bootstraps', async () => {
    const starting = wordType('service', {
      diff: ({ word }, state) =>
        state === word ? undefined : { verb: 'start', summary: 'not there → running' },
    })
    const resources = [inRole('patroni', { type: starting }), inRole('haproxy'), inRole('keepalived')]
    const { log, changes, plan } = await play({ resources })

    expect(log).toEqual([
      ...['== first member: n1', '-- the DCS has a leader', 'n1 set patroni'],
      '== address of a new cluster: n1 n2 n3',
      ...[...onAll('set haproxy'), ...onAll('set keepalived')],
      ...['== other members: n2 n3', '-- the cluster has a leader', 'n2 set patroni', 'n3 set patroni'],
      ...['-- the VIP is held once', '-- all replicas stream'],
    ])
    expect(changes.length).toBe(plan.changes.length)
  })

  it('write the files of all new members before the first one starts, and count them once', async () => {
    const starting = wordType('service', {
      diff: ({ word }, state) =>
        state === word ? undefined : { verb: 'start', summary: 'not there → running' },
    })
    const resources = [inRole('patroni'), thing('main', { role: 'patroni', type: starting })]
    const { log, changes, plan } = await play({ resources })

    expect(log).toEqual([
      ...['== files of new members: n1 n2 n3', '-- the DCS has a leader', ...onAll('set patroni')],
      ...['== first member: n1', '-- the DCS has a leader', 'n1 set main'],
      ...['== other members: n2 n3', '-- the cluster has a leader', 'n2 set main', 'n3 set main'],
      '-- all replicas stream',
    ])
    expect(changes.length).toBe(plan.changes.length)
  })

  it('are nothing when nothing was planned', async () => {
    expect(await play({ words: wantedBut() })).toMatchObject({ log: [], changes: [] })
  })

  it('touch only the nodes that differ', async () => {
    const { log, changes } = await play({ words: wantedBut('n2 program') })

    expect(log).toEqual(['== packages: n2', 'n2 install'])
    expect(changes.map(({ host, resource }) => `${host} ${resource}`)).toEqual(['n2 package program'])
  })

  it('mend what an earlier stage has undone, although no plan could know', async () => {
    const replacing = wordType('package', {
      steps: () => [{ what: 'install', script: 'set program=wanted\nset haproxy=default' }],
    })
    const resources = [
      thing('program', { role: 'haproxy', type: replacing, phase: 'packages' }),
      inRole('haproxy'),
    ]
    const { log, changes } = await play({ resources, words: wantedBut('n2 program') })

    expect(log).toEqual(['== packages: n2', 'n2 install', '== haproxy: n2', 'n2 set haproxy'])
    expect(changes.map(({ resource }) => resource)).toEqual(['package program', 'thing haproxy'])
  })

  it('go one by one, too, where a restart was not planned', async () => {
    const replacing = wordType('package', {
      steps: () => [{ what: 'install', script: 'set program=wanted\nset haproxy=default' }],
    })
    const resources = [
      thing('program', { role: 'haproxy', type: replacing, phase: 'packages' }),
      inRole('haproxy'),
    ]
    const { log } = await play({ resources, words: wantedBut('n1 program', 'n2 program', 'n3 program') })

    expect(log.slice(4)).toEqual(['== haproxy: n1 n2 n3', ...inTurn('set haproxy', vipHeld)])
  })

  it('do not wait between nodes for what was broken before', async () => {
    const { log } = await play({
      resources: [inRole('haproxy')],
      change: ({ nodes }) => {
        for (const node of nodes) node.holdsVip = false
      },
    })

    expect(log).toEqual(['== haproxy: n1 n2 n3', ...onAll('set haproxy')])
  })

  it('have a gate only where something was changed before it', async () => {
    const { log } = await play({ words: wantedBut('n3 keepalived') })

    expect(log).toEqual(['== keepalived: n3', 'n3 set keepalived', '-- the VIP is held once'])
  })

  it('set the DCS last, when there is a leader to ask', async () => {
    const resources = [inRole('patroni'), thing('main', { role: 'patroni', type: settings })]
    const { log } = await play({ resources, words: wantedBut('n1 main', 'n1 patroni') })

    expect(log).toEqual([
      ...['== patroni: n1', '-- the DCS has a leader', 'n1 set patroni', '-- the cluster has a leader'],
      '-- all replicas stream',
      ...['== settings: n1', '-- the cluster has a leader', 'n1 set main'],
      '-- synchronous standbys are as wanted',
    ])
  })

  it.each([
    ['reload', 'haproxy', 1],
    ['reload', 'keepalived', 1],
    ['reload', 'consul', 1],
    ['restart', 'patroni', 1],
    ['reload', 'patroni', 2],
  ] as const)('%s %s on one node at a time, but a Patroni that nobody notices', async (verb, role, most) => {
    const running = new Set<string>()
    const seen: number[] = []
    const slow = async (host: string) => {
      running.add(host)
      seen.push(running.size)
      await new Promise((resolve) => setTimeout(resolve, 15))
      running.delete(host)
    }
    const resources = [inRole(role, { type: reloading })]
    const fake = fakeCluster()
    const nodes = await Promise.all(
      hosts.map((host) => {
        const node = wordNode({ [role]: 'old' })
        const run: typeof node.run = async (script, options) => {
          if (script.includes(`set ${role}=`)) await slow(host.name)
          return node.run(script, options)
        }
        return surveyed(host, { ...node, host: host.name, run }, resources)
      }),
    )
    const changes = hosts.map(({ name }) => changeOn(name, `service ${role}`, verb))
    const { options } = runOptions()
    await runStages({
      ...{ nodes, cluster: fake.cluster, runId, options, journal: journal() },
      plan: { changes, hosts: 3, resources: 3 },
    })

    expect(seen).toHaveLength(3)
    expect(Math.max(...seen)).toBe(most)
  })
})

describe('a server of the DCS', () => {
  const restarting = wordType('service', {
    diff: ({ word }, state) => (state === word ? undefined : { verb: 'restart', summary: 'newer' }),
  })
  const resources = [inRole('consul', { type: restarting })]

  it('is restarted only when the others carry it, the first one too', async () => {
    const { log } = await play({ resources, words: wantedBut('n1 consul', 'n2 consul') })

    expect(log).toEqual([
      ...['== consul: n1 n2', '-- the DCS can spare n1', 'n1 set consul', `-- ${votes}`],
      ...['-- the DCS can spare n2', 'n2 set consul', '-- the DCS has a leader'],
    ])
  })

  it('is waited for when this run has started it, although it did not vote before', async () => {
    const startsOrRestarts = wordType('service', {
      diff: ({ word }, state) =>
        state === word
          ? undefined
          : { verb: state === 'absent' ? 'start' : 'restart', summary: 'not as wanted' },
    })
    const { log } = await play({
      resources: [inRole('consul', { type: startsOrRestarts })],
      words: { 'n1 consul': 'old', 'n2 consul': 'old' },
      change: ({ nodes }) => {
        for (const node of nodes.slice(2)) node.consul = undefined
      },
      step: (host, script, { nodes }) => {
        if (host === 'n3' && script.includes('set consul='))
          setTimeout(() => {
            for (const node of nodes.slice(2)) node.consul = '198.18.1.12:8300'
          }, 300)
        return undefined
      },
    })

    expect(log).toEqual([
      ...['== consul: n1 n2 n3', 'n3 set consul', '-- the DCS can spare n1', 'n1 set consul'],
      ...['-- the DCS can spare n2', 'n2 set consul', '-- the DCS has a leader'],
    ])
  })
})

function changeOn(host: string, resource: string, verb: Verb) {
  return { host, resource, kind: 'service', role: '', verb, summary: '', disruption: 'reload' } as const
}

describe('a stage that fails', () => {
  const failing = (host: string, what: string) => (on: string, script: string) =>
    on === host && script.includes(what) ? { code: 1, stderr: 'broken' } : undefined

  it('comes to its end on all nodes, and is the last', async () => {
    const { log, error } = await play({ step: failing('n2', 'set program=') })

    expect(error).toMatchObject({
      context: { host: 'n2', resource: 'package program', evidence: ['broken'] },
    })
    expect(log.at(-4)).toBe('== packages: n1 n2 n3')
    expect(log.slice(-3).toSorted()).toEqual(onAll('install'))
  })

  it('node by node leaves the nodes after the first failure alone', async () => {
    const { log, error } = await play({
      resources: [inRole('haproxy', { type: reloading })],
      words: wantedBut('n1 haproxy', 'n2 haproxy', 'n3 haproxy'),
      step: failing('n2', 'set haproxy='),
    })

    expect(error).toMatchObject({ context: { host: 'n2' } })
    expect(log).toEqual(['== haproxy: n1 n2 n3', 'n1 set haproxy', `-- ${vipHeld}`, 'n2 set haproxy'])
  })

  it('on the first member keeps the others from bootstrapping a cluster of their own', async () => {
    const { log } = await play({ step: failing('n1', 'set patroni=') })

    expect(log).not.toContain('n2 set patroni')
    expect(log).not.toContain('n3 set patroni')
  })
})

describe('a gate that stays shut', () => {
  it('keeps Patroni from starting without a DCS, until the operator stops the run', async () => {
    const controller = new AbortController()
    const { error, log } = await play({
      resources: [inRole('patroni')],
      change: ({ nodes }) => {
        for (const node of nodes) node.consul = ''
        setTimeout(() => {
          controller.abort()
        }, 30)
      },
      options: { stop: { signal: controller.signal, defer: () => undefined } },
    })

    expect(error).toMatchObject({ kind: 'interrupted' })
    expect(log).toEqual(['== patroni: n1 n2 n3'])
  })

  it('opens when the first member leads, and only then the others begin', async () => {
    const { log } = await play({
      resources: [inRole('patroni')],
      change: ({ nodes }) => {
        for (const node of nodes) node.patroni = undefined
      },
      step: (host, script, { nodes }) => {
        const [first] = nodes
        if (host === 'n1' && script.includes('set patroni=') && first !== undefined)
          setTimeout(() => {
            for (const node of nodes)
              node.patroni =
                node === first ? leading() : { ...leading(), role: 'replica', replication_state: 'streaming' }
          }, 50)
        return undefined
      },
    })

    expect(log).toEqual([
      ...['== patroni: n1 n2 n3', '-- the DCS has a leader', 'n1 set patroni', '-- the cluster has a leader'],
      ...['n2 set patroni', 'n3 set patroni', '-- all replicas stream'],
    ])
  })

  it('is not reached when a member has data that the DCS knows nothing of', async () => {
    const { error, log } = await play({
      resources: [inRole('patroni')],
      change: ({ reply }) => {
        reply('/v1/kv/service/main/initialize?raw', { status: 404, body: '' })
      },
      step: (host, script) => (script.includes('PG_VERSION') ? { code: host === 'n2' ? 0 : 1 } : undefined),
    })

    expect(error).toMatchObject({ kind: 'refused', context: { host: 'n2' } })
    expect(log).toEqual(['== patroni: n1 n2 n3', '-- the DCS has a leader'])
  })
})

describe.each(families)('every resource on %s', (family) => {
  const wanted = async () => wantedBy(hostsOf(fullInventories[family]), 'n1', family, fullNode)

  it('has its turn in one stage: what is planned is applied', async () => {
    const turns = (await wanted()).map((one) => [
      one.id,
      stages.filter(({ has, on }) => on === undefined && has(one)).map(({ name }) => name),
    ])

    expect(turns.filter(([, names]) => names?.length !== 1)).toEqual([])
  })

  it('is planned in the order in which it is applied', async () => {
    const order = inOrder(await wanted()).map((one) =>
      stages.findIndex(({ has, on }) => on === undefined && has(one)),
    )

    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })
})

describe('a plan that does not hold any more', () => {
  /** Reloads what is old, and restarts what was replaced. */
  const restarting = wordType('service', {
    diff: ({ word }, state) => {
      if (state === word) return undefined
      return state === 'replaced'
        ? { verb: 'restart', summary: 'replaced' }
        : { verb: 'reload', summary: 'newer' }
    },
  })
  const resources = [inRole('haproxy', { type: restarting })]
  const words = wantedBut('n1 haproxy', 'n2 haproxy')
  const becomes = (word: string) => async (nodes: readonly SurveyedNode[]) => {
    await nodes[1]?.connection.run(`set haproxy=${word}`)
  }
  const replacing = wordType('package', {
    steps: () => [{ what: 'install', script: 'set program=wanted\nset haproxy=replaced' }],
  })
  const program = thing('program', { role: 'haproxy', type: replacing, phase: 'packages' })

  it('does not count as done what somebody else has done meanwhile', async () => {
    const { changes, alreadySo, said } = await play({ resources, words, meanwhile: becomes('wanted') })

    expect(changes.map(({ host }) => host)).toEqual(['n1'])
    expect(alreadySo.map(({ host }) => host)).toEqual(['n2'])
    expect(said).toEqual(['n2  reload service haproxy: was planned, and is already so'])
  })

  it('is refused where it disturbs more by now than was shown, before that is done', async () => {
    const { log, error } = await play({ resources, words, meanwhile: becomes('replaced') })

    expect(error).toMatchObject({
      kind: 'refused',
      context: { host: 'n2', resource: 'service haproxy' },
      message: expect.stringContaining('the plan is out of date') as string,
    })
    expect(log).not.toContain('n2 set haproxy')
  })

  it('goes on where as much was shown, and names the difference', async () => {
    const { changes, said } = await play({
      resources,
      words: { ...words, 'n1 haproxy': 'replaced' },
      meanwhile: becomes('replaced'),
    })

    expect(changes.map(({ verb }) => verb)).toEqual(['restart', 'restart'])
    expect(said).toEqual([
      'n2 service haproxy: restart [restart-service] was needed by now, and not reload as planned (replaced)',
    ])
  })

  it('does no more than is allowed, in any stage, planned or not', async () => {
    const scene = { resources: [program, ...resources], words: wantedBut('n2 program') }
    const refused = await play({ ...scene, options: { maxDisruption: 'reload' } })

    expect(refused.error).toMatchObject({
      kind: 'refused',
      context: { host: 'n2', resource: 'service haproxy' },
      message: expect.stringContaining('--max-disruption is reload') as string,
    })
    expect(refused.log).toEqual(['== packages: n2', 'n2 install', '== haproxy: n2'])

    const allowed = await play({ ...scene, options: { maxDisruption: 'restart-service' } })
    expect(allowed.changes.map(({ resource }) => resource)).toEqual(['package program', 'service haproxy'])
    expect(allowed.said).toEqual(['n2 service haproxy: restart [restart-service] was not planned (replaced)'])
  })
})

describe('a correction in the DCS', () => {
  const corrects = wordType('dcs-config', {
    diff: ({ word }, state) =>
      state === word ? undefined : { verb: 'update', summary: 'shared_buffers', disruption: 'reload' },
  })

  it('is made although a member does not stream, and then that member is waited for', async () => {
    const resources = [inRole('patroni'), thing('main', { role: 'patroni', type: corrects })]
    const { log, error } = await play({
      resources,
      words: wantedBut('n1 main', 'n1 patroni'),
      change: ({ nodes: [, second] }) => {
        if (second !== undefined)
          second.patroni = { status: 503, body: { state: 'start failed', role: 'replica' } }
      },
      step: (_, script, { nodes: [, second] }) => {
        if (script.includes('set main=') && second !== undefined) second.patroni = replicating()
        return undefined
      },
    })

    expect(error).toBeUndefined()
    expect(log).toEqual([
      ...['== patroni: n1', '-- the DCS has a leader', 'n1 set patroni', '-- the cluster has a leader'],
      ...['== settings: n1', '-- the cluster has a leader', 'n1 set main'],
      ...['-- all replicas stream', '-- synchronous standbys are as wanted'],
    ])
  })
})

describe('a run that the operator stops', () => {
  it('ends between two steps: what runs comes to its end, nothing else begins', async () => {
    const controller = new AbortController()
    const { error, log } = await play({
      resources: [inRole('consul'), thing('next', { role: 'consul' })],
      step: (_, script) => {
        if (script.includes('set consul=')) controller.abort()
        return undefined
      },
      options: { stop: { signal: controller.signal, defer: () => undefined } },
    })

    expect(error).toMatchObject({ kind: 'interrupted' })
    expect(log.filter((line) => line.includes('next'))).toEqual([])
    expect(log.filter((line) => line.includes('set consul')).length).toBeGreaterThan(0)
  })
})
