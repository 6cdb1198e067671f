import type { Lab } from '../lab/lab.ts'

/** Something that somebody did to a node by hand. */
export interface Drift {
  readonly what: string
  readonly node: string
  readonly command: string
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const files = [
  '/etc/haproxy/haproxy.cfg',
  '/etc/keepalived/keepalived.conf',
  '/etc/keepalived/notify.sh',
  '/etc/keepalived/check-haproxy.sh',
  '/etc/consul.d/pgha.json',
  '/etc/patroni/patroni.yml',
  '/etc/systemd/system/patroni.service',
  '/etc/systemd/system/consul.service',
] as const
const balancing = ['haproxy', 'keepalived'] as const
const settings = [
  '{"maximum_lag_on_failover": 7}',
  '{"loop_wait": 6}',
  '{"postgresql": {"parameters": {"wal_keep_size": "144MB"}}}',
  '{"failsafe_mode": null}',
] as const

type Make = (pick: <T>(from: readonly T[]) => T, prefix: string) => readonly [what: string, command: string]

// What costs the cluster its quorum or a member its data is no drift but a fault: the doctor's tests do that.
const kinds: readonly Make[] = [
  (pick) => {
    const file = pick(files)
    return [`edit ${file}`, `printf '\\n' >>${file}`]
  },
  (pick) => {
    const file = pick(files.slice(0, 4))
    return [`remove ${file}`, `rm ${file}`]
  },
  (pick) => {
    const [file, mode] = [pick(files), pick(['0600', '0444', '0660'])]
    return [`chmod ${mode} ${file}`, `chmod ${mode} ${file}`]
  },
  (pick) => {
    const file = pick(files.slice(0, 6))
    return [`chown ${file}`, `chown games:games ${file}`]
  },
  (pick) => {
    const unit = pick(balancing)
    return [`stop ${unit}`, `systemctl stop ${unit}`]
  },
  (pick) => {
    const unit = pick([...balancing, 'consul', 'patroni'])
    return [`disable ${unit}`, `systemctl disable ${unit}`]
  },
  (pick) => {
    const unit = pick(balancing)
    return [`mask ${unit}`, `systemctl mask --now ${unit}`]
  },
  () => ['unmask postgresql', 'systemctl unmask postgresql'],
  (pick) => {
    const name = pick(['python3-consul', 'keepalived'])
    return [`remove package ${name}`, `dpkg --remove --force-depends ${name}`]
  },
  () => ['purge package keepalived', 'dpkg --purge --force-depends keepalived'],
  (pick, prefix) => {
    const json = pick(settings)
    return [
      `DCS ${json}`,
      `curl -sf -u patroni:lab-rest -X PATCH -d '${json}' http://${prefix}.11:8008/config; sleep 7`,
    ]
  },
  () => ['remove user keepalived_script', 'userdel keepalived_script'],
  (pick) => {
    const unit = pick(balancing)
    return [`forget ${unit}`, `rm -f /var/lib/pgha/units/${unit}.service; touch /etc/${unit}/${unit}.c*`]
  },
  () => ['a directory of another', 'chmod 0777 /etc/patroni'],
]

/** One to three drifts, by the seed alone. */
export function driftsOf(seed: number, { nodes, prefix }: Pick<Lab, 'nodes' | 'prefix'>): readonly Drift[] {
  const next = random(seed)
  const pick = <T>(from: readonly T[]): T => {
    const one = from[Math.floor(next() * from.length)]
    if (one === undefined) throw new Error('nothing to pick from')
    return one
  }
  const count = 1 + Math.floor(next() * 3)
  return Array.from({ length: count }, () => {
    const { name } = pick(nodes)
    const [what, command] = pick(kinds)(pick, prefix)
    return { what: `${what} on ${name}`, node: name, command }
  })
}
