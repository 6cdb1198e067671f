import { describe, expect, it } from 'vitest'

import type { Cluster } from '../../src/cluster/cluster.ts'
import { findingsOf } from '../../src/cluster/doctor/diagnose.ts'
import type { Exam, NodeExam } from '../../src/cluster/doctor/exam.ts'
import { parseExam, sectionsOf } from '../../src/cluster/doctor/read.ts'
import type { MemberStatus } from '../../src/cluster/members.ts'
import { Secret } from '../../src/shared/secret.ts'

const hosts = ['n1', 'n2', 'n3'] as const
const node = (host: string) => ({ host, address: `198.18.5.1${host.slice(1)}` })

const cluster: Cluster = {
  scope: 'demo',
  members: hosts.map((host) => ({ ...node(host), name: `pg-${host}`, port: 5432, restPort: 8008 })),
  balancers: hosts.map((host) => ({ ...node(host), primaryPort: 5000, replicaPort: 5001 })),
  vipNodes: hosts.map(node),
  vip: '198.18.5.100',
  dcs: 'consul',
  dcsServers: hosts.map(node),
  outside: [],
  rest: { user: 'patroni', password: new Secret('not-shown-either') },
  superuser: { user: 'postgres', password: new Secret('not-shown') },
  connections: new Map(),
}

function member(host: string, more: Partial<MemberStatus> = {}): MemberStatus {
  const isLeader = host === 'n1'
  return {
    ...{ name: `pg-${host}`, isLeader, isStreaming: !isLeader, state: isLeader ? 'running' : 'streaming' },
    ...{ timeline: 1, position: 1000, reason: undefined, isRestartPending: false },
    ...{
      restartReasons: [],
      isSyncStandby: false,
      isQuorumStandby: false,
      isPaused: false,
      isCandidate: true,
      startedAt: undefined,
    },
    ...more,
  }
}

/** Sections as a lab node (Debian 13) printed them. */
function nodeExam(host: string, journal = '', more: Partial<NodeExam> = {}): NodeExam {
  const printed = [
    ['clock', '1795378200.5'],
    [
      'units',
      ['consul', 'patroni', 'haproxy', 'keepalived'].map((unit) => `${unit}|loaded|active`).join('\n'),
    ],
    ['journal patroni', journal],
    [
      'disks',
      'bytes overlay 264212084 29415236 76975676 28% /\ninodes overlay 16777216 300000 16477216 2% /',
    ],
    ['listeners', '0.0.0.0:22|sshd|97|ssh.service\n198.18.5.13:8008|||\n127.0.0.1:5432|||'],
    ['addresses', `127.0.0.1\n198.18.5.1${host.slice(1)}`],
    ['data', 'path=/var/lib/postgresql/17/main\nhas=yes\nid=7711088753275630254'],
    ['end', ''],
  ].map(([name, text]) => `\n@0a ${name ?? ''}\n${text ?? ''}\n`)
  return { ...parseExam(host, sectionsOf(printed.join(''), '0a'), 1_795_378_200_500), ...more }
}

function exam(more: Partial<Exam> = {}): Exam {
  return {
    cluster,
    nodes: hosts.map((host) => nodeExam(host)),
    members: hosts.map((host) => member(host)),
    membersAgain: [],
    dcsLeaders: new Map(hosts.map((host) => [host, '198.18.5.11:8300'])),
    ...more,
  }
}

const ailing = { isStreaming: false, state: 'start failed' }
// 5 s before the clock above.
const said = (text: string) => `2026-11-22T20:09:55+0000 n2 patroni[42]: ${text}`

function onN2(journal: string, more: Partial<NodeExam> = {}): Exam {
  return exam({
    nodes: [nodeExam('n1'), nodeExam('n2', journal, more), nodeExam('n3')],
    members: [member('n1'), member('n2', ailing), member('n3')],
  })
}

const names = (all: ReturnType<typeof findingsOf>) => all.map(({ host, cause }) => `${host} ${cause}`)

describe('the doctor', () => {
  it('finds nothing in a healthy cluster', () => {
    expect(findingsOf(exam())).toEqual([])
  })

  it.each([
    [
      'data directory not usable',
      'FATAL:  data directory "/var/lib/postgresql/17/main" has invalid permissions',
    ],
    [
      'data directory not usable',
      `PermissionError: [Errno 13] Permission denied: '/var/lib/postgresql/17/main'`,
    ],
    ['password rejection', 'FATAL:  password authentication failed for user "replicator"'],
    [
      'pg_hba rejection',
      'FATAL:  no pg_hba.conf entry for replication connection from host "198.18.5.13", user "replicator", no encryption',
    ],
    ['replication slot missing', 'ERROR:  replication slot "cluster_pgsql_02" does not exist'],
    ['port in use', 'LOG:  could not bind IPv4 address "198.18.5.12": Address already in use'],
    ['wrong bind address', 'LOG:  could not bind IPv4 address "10.9.9.9": Cannot assign requested address'],
    [
      'wrong bind address',
      `ERROR: Couldn't start a service on '10.9.9.9:8008', please check your \`restapi.listen\` configuration`,
    ],
    ['disk full', 'FATAL:  could not write lock file "postmaster.pid": No space left on device'],
    ['timeline divergence', 'FATAL:  highest timeline 1 of the primary is behind recovery timeline 2'],
    [
      'program or module missing',
      'patroni.exceptions.PatroniFatalException: Can not find suitable configuration of distributed configuration store',
    ],
    [
      'system identifier mismatch',
      'CRITICAL: system ID mismatch, node pg-n2 belongs to a different cluster: 7711088753275630254 != 7711088946787636752',
    ],
  ])('names %s by the line that Patroni wrote: %s', (cause, line) => {
    const [found] = findingsOf(onN2(said(line)))

    expect(found).toMatchObject({ cause, host: 'n2', unit: 'patroni' })
    expect(found?.evidence).toContain(line)
    expect(found?.remedy).not.toContain('undefined')
  })

  it('takes lines of a member that is well for history', () => {
    const nodes = [
      nodeExam('n1'),
      nodeExam('n2', said('password authentication failed for user "x"')),
      nodeExam('n3'),
    ]

    expect(findingsOf(exam({ nodes }))).toEqual([])
  })

  it('says the DCS is stale when nobody has the data that it remembers', () => {
    const line =
      'CRITICAL: system ID mismatch, node pg-n2 belongs to a different cluster: 1111 != 7711088753275630254'
    const leaderless = {
      ...onN2(said(line)),
      members: hosts.map((host) => member(host, { ...ailing, isLeader: false })),
    }

    expect(names(findingsOf(leaderless))).toContain('n2 stale DCS keys')
  })

  it('sees who has a port by the unit it belongs to', () => {
    const squatter = {
      address: '198.18.5.12',
      port: 8008,
      program: 'python3',
      pid: 7,
      unit: 'squatter.service',
    }

    expect(names(findingsOf(onN2('', { listeners: [squatter] })))).toEqual(['n2 port in use'])
  })

  it('counts too few servers of the DCS once, not each of them', () => {
    const down = {
      units: new Map([...nodeExam('n1').units, ['consul', { load: 'loaded', active: 'inactive' }]]),
    }
    const nodes = [nodeExam('n1'), nodeExam('n2', '', down), nodeExam('n3', '', down)]
    const found = findingsOf(exam({ nodes, dcsLeaders: new Map(hosts.map((host) => [host, undefined])) }))

    expect(names(found)).toEqual(['n1 DCS without quorum'])
    expect(found[0]?.remedy).toContain('n2 and n3')
  })

  it('tells clocks apart, full disks, and units that are down for no known cause', () => {
    const nodes = [
      nodeExam('n1', '', { disks: [{ mount: '/var', what: 'bytes', size: 1e9, available: 4096 }] }),
      nodeExam('n2', '', { clockOffset: 30 }),
      nodeExam('n3', '', {
        units: new Map([...nodeExam('n3').units, ['haproxy', { load: 'masked', active: 'inactive' }]]),
      }),
    ]

    expect(names(findingsOf(exam({ nodes })))).toEqual(['n1 disk full', 'n2 clock skew', 'n3 unit down'])
  })

  it('sees a replica that is where its leader has never been, although it counts as streaming', () => {
    const members = [member('n1'), member('n2', { position: 5000 }), member('n3')]
    const again = (position: number) => [member('n1', { position }), member('n2'), member('n3')]

    expect(names(findingsOf(exam({ members, membersAgain: again(1200) })))).toEqual([
      'n2 timeline divergence',
    ])
    expect(findingsOf(exam({ members, membersAgain: again(6000) }))).toEqual([])
  })
})
