import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Lab, up } from '../lab/lab.ts'
import { eventually, expectRun, pgha } from './support.ts'

interface Fault {
  readonly cause: string
  /** Hosts that the finding may name. */
  readonly on: readonly string[]
  readonly plant: Steps
  readonly heal: Steps
}

/** Commands by node, one after the other. */
type Steps = readonly (readonly [node: string, command: string])[]

const data = '/var/lib/postgresql/17/main'
const bin = '/usr/lib/postgresql/17/bin'
const config = '/etc/patroni/patroni.yml'
const asPostgres = (command: string) => `su postgres -c '${command}'`
const all = (command: string): Steps => ['n1', 'n2', 'n3'].map((node) => [node, command] as const)

/** A PostgreSQL beside Patroni, reachable by nobody: it may write what the cluster never sees. */
const alone = asPostgres(
  `${bin}/pg_ctl -D ${data} -o "-p 5999 -c listen_addresses= -c primary_conninfo=" -w start`,
)

// Patched through n1, whichever member leads: only the leader's Patroni writes, any member's takes the request.
const patchDcs = (prefix: string, json: string) =>
  `curl -sf -u patroni:lab-rest -X PATCH -d '${json}' http://${prefix}.11:8008/config >/dev/null`

const faults = (prefix: string): readonly Fault[] => [
  {
    cause: 'system identifier mismatch',
    on: ['n2'],
    plant: [
      [
        'n2',
        `systemctl stop patroni; mv ${data} ${data}.kept; ${asPostgres(`${bin}/initdb -k -D ${data}`)} >/dev/null 2>&1; systemctl start patroni`,
      ],
    ],
    heal: [
      ['n2', `systemctl stop patroni; rm -rf ${data}; mv ${data}.kept ${data}; systemctl start patroni`],
    ],
  },
  {
    cause: 'data directory not usable',
    on: ['n3'],
    plant: [['n3', `systemctl stop patroni; chmod 755 ${data}; systemctl start patroni`]],
    heal: [['n3', `chmod 700 ${data}; systemctl restart patroni`]],
  },
  {
    cause: 'password rejection',
    on: ['n2'],
    plant: [['n2', `sed -i 's/lab-replication/not-the-one/' ${config}; systemctl restart patroni`]],
    heal: [['n2', `sed -i 's/not-the-one/lab-replication/' ${config}; systemctl restart patroni`]],
  },
  {
    cause: 'pg_hba rejection',
    on: ['n3'],
    plant: [
      ['n1', `cp -a ${config} /root/kept.yml; sed -i '/replication replicator ${prefix}.13/d' ${config}`],
      ['n2', `cp -a ${config} /root/kept.yml; sed -i '/replication replicator ${prefix}.13/d' ${config}`],
      ['n1', 'systemctl reload patroni'],
      ['n2', 'systemctl reload patroni; sleep 2'],
      ['n3', 'systemctl restart patroni'],
    ],
    heal: [
      ['n1', `mv /root/kept.yml ${config}; systemctl reload patroni`],
      ['n2', `mv /root/kept.yml ${config}; systemctl reload patroni`],
    ],
  },
  {
    cause: 'port in use',
    on: ['n3'],
    plant: [
      [
        'n3',
        `systemctl stop patroni; systemd-run -q --unit squatter python3 -m http.server 8008 --bind ${prefix}.13; sleep 1; systemctl start patroni`,
      ],
    ],
    heal: [['n3', 'systemctl stop squatter; systemctl restart patroni']],
  },
  {
    cause: 'wrong bind address',
    on: ['n3'],
    plant: [
      ['n3', `sed -i 's/127.0.0.1,${prefix}.13:5432/10.9.9.9:5432/' ${config}; systemctl restart patroni`],
    ],
    heal: [
      ['n3', `sed -i 's/10.9.9.9:5432/127.0.0.1,${prefix}.13:5432/' ${config}; systemctl restart patroni`],
    ],
  },
  {
    cause: 'program or module missing',
    on: ['n3'],
    plant: [
      [
        'n3',
        'systemctl stop patroni; mv /usr/lib/python3/dist-packages/consul /root/; systemctl start patroni',
      ],
    ],
    heal: [['n3', 'mv /root/consul /usr/lib/python3/dist-packages/; systemctl restart patroni']],
  },
  {
    cause: 'disk full',
    on: ['n3'],
    plant: [
      [
        'n3',
        `systemctl stop patroni; mv ${data} ${data}.kept; mkdir ${data}; mount -t tmpfs -o size=150m,mode=700 tmpfs ${data}; cp -a ${data}.kept/. ${data}/; chown postgres: ${data}; dd if=/dev/zero of=${data}/filler bs=1M 2>/dev/null; systemctl start patroni`,
      ],
    ],
    heal: [
      [
        'n3',
        `systemctl stop patroni; umount ${data}; rmdir ${data}; mv ${data}.kept ${data}; systemctl start patroni`,
      ],
    ],
  },
  {
    cause: 'clock skew',
    on: ['n2'],
    // The nodes of the lab share one clock: what the node says of it is what can be planted.
    plant: [
      [
        'n2',
        `mv /usr/bin/date /usr/bin/date.kept; printf '#!/bin/sh\\nexec date.kept -d "30 seconds" "$@"\\n' >/usr/bin/date; chmod 755 /usr/bin/date`,
      ],
    ],
    heal: [['n2', 'mv -f /usr/bin/date.kept /usr/bin/date']],
  },
  {
    cause: 'DCS without quorum',
    on: ['n1', 'n2', 'n3'],
    plant: [
      ['n2', 'systemctl stop consul'],
      ['n3', 'systemctl stop consul'],
    ],
    heal: [
      ['n2', 'systemctl start consul'],
      ['n3', 'systemctl start consul'],
    ],
  },
  {
    cause: 'replication slot missing',
    on: ['n2'],
    plant: [
      ['n1', patchDcs(prefix, '{"postgresql":{"use_slots":false}}')],
      ['n1', 'sleep 8'],
      [
        'n2',
        `systemctl stop patroni; echo "primary_slot_name = 'cluster_pgsql_02'" >>${data}/postgresql.base.conf; systemctl start patroni`,
      ],
    ],
    heal: [
      ['n2', `sed -i '/^primary_slot_name/d' ${data}/postgresql.base.conf`],
      ['n1', patchDcs(prefix, '{"postgresql":{"use_slots":true}}')],
      ['n2', 'systemctl restart patroni'],
    ],
  },
  {
    cause: 'timeline divergence',
    on: ['n2'],
    plant: [
      ['n1', patchDcs(prefix, '{"postgresql":{"use_pg_rewind":false}}')],
      ['n1', 'sleep 6'],
      [
        'n2',
        `systemctl stop patroni; cd /; ${alone} >/dev/null; ${asPostgres(`${bin}/pg_ctl -D ${data} -w promote`)} >/dev/null; ${asPostgres('psql -p 5999 -qtAc "select pg_switch_wal()"')} >/dev/null; ${asPostgres(`${bin}/pg_ctl -D ${data} -w -m fast stop`)} >/dev/null; systemctl start patroni`,
      ],
    ],
    heal: [
      ['n1', patchDcs(prefix, '{"postgresql":{"use_pg_rewind":true}}')],
      ['n2', `systemctl stop patroni; rm -rf ${data}; systemctl start patroni`],
    ],
  },
  {
    cause: 'stale DCS keys',
    on: ['n1', 'n2', 'n3'],
    plant: [...all(`systemctl stop patroni; mv ${data} ${data}.kept`), ...all('systemctl start patroni')],
    heal: [
      ...all(`systemctl stop patroni; rm -rf ${data}; mv ${data}.kept ${data}`),
      ...all('systemctl start patroni'),
    ],
  },
]

describe('the doctor', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', nodes: 3, kind: 'ready' })
    await expectRun(0, lab, 'apply', '--yes')
    await leadBy(lab, 'n1')
  })

  afterAll(async () => {
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('finds nothing in a healthy cluster', async () => {
    expect((await expectRun(0, lab, 'doctor')).stdout).toContain('No known trouble found')
  })

  it.each(faults('').map(({ cause }, index) => ({ cause, index })))(
    'finds: $cause',
    async ({ cause, index }) => {
      const fault = faults(lab.prefix)[index]
      if (fault === undefined) throw new Error(`no fault ${index}`)
      await carryOut(lab, fault.plant)
      try {
        const wanted = fault.on.map((host) => [`${host} ${cause}`])
        const found = await eventually(45, async () => {
          const { findings } = await doctor(lab)
          const named = findings.map((finding) => `${finding.host} ${finding.cause}`)
          return wanted.some((one) => String(one) === String(named)) ? findings : undefined
        }).catch(async (error: unknown) => {
          throw new Error(`${String(error)}\nlast: ${JSON.stringify(await doctor(lab), null, 2)}`)
        })
        expect(found[0]?.evidence).not.toBe('')
        expect(found[0]?.remedy).not.toBe('')
        console.log(
          `${found[0]?.host ?? ''} ${cause}\n  | ${found[0]?.evidence ?? ''}\n  try ${found[0]?.remedy ?? ''}`,
        )
        expect((await pgha(lab, 'doctor')).code).toBe(3)
      } finally {
        await carryOut(lab, fault.heal)
        await eventually(90, async () => ((await isWell(lab)) ? true : undefined))
        await leadBy(lab, 'n1')
      }
    },
  )
})

interface DoctorJson {
  readonly findings: readonly {
    readonly cause: string
    readonly host: string
    readonly evidence: string
    readonly remedy: string
  }[]
}

async function doctor(lab: Lab): Promise<DoctorJson> {
  return JSON.parse((await pgha(lab, 'doctor', '--json')).stdout) as DoctorJson
}

async function isWell(lab: Lab): Promise<boolean> {
  return (await pgha(lab, 'status')).code === 0 && (await pgha(lab, 'doctor')).code === 0
}

async function carryOut(lab: Lab, steps: Steps): Promise<void> {
  for (const [node, command] of steps) await lab.exec(node, command)
}

/** The faults are planted on replicas: n1 has to lead. */
async function leadBy(lab: Lab, node: 'n1'): Promise<void> {
  const name = 'cluster_pgsql_01'
  const script = `c=$(curl -s http://${lab.prefix}.11:8008/patroni); case $c in *'"role": "primary"'*) exit 0;; esac; l=$(curl -s http://${lab.prefix}.11:8008/cluster | sed 's/.*"name": "\\([^"]*\\)", "role": "leader".*/\\1/'); curl -s -u patroni:lab-rest -X POST -d "{\\"leader\\": \\"$l\\", \\"candidate\\": \\"${name}\\"}" http://${lab.prefix}.11:8008/switchover >&2; exit 1`
  await eventually(60, async () => ((await lab.exec(node, script)).code === 0 ? true : undefined))
  await eventually(60, async () => ((await isWell(lab)) ? true : undefined))
}
