import { type LastRun, lastRunFragment, parseLastRun } from './last-run.ts'

/** What a node is made of. */
export interface Machine {
  /** Same on two nodes: one is a clone of the other that was never given its own. */
  readonly id: string
  readonly memoryBytes: number
  readonly cpus: number
  /** The kernel offers a watchdog device, which can reset a node whose Patroni hangs. */
  readonly hasWatchdog: boolean
  /** `Enforcing`, `Permissive`, `Disabled`, or empty where there is no SELinux. */
  readonly selinux: string
  /** Seconds since 1970, by the node's clock. */
  readonly clock: number
  /** The DCS of the Patroni that is configured here; not given where there is none. */
  readonly patroniDcs?: 'consul' | 'etcd'
  /** What the last run of pgha left here; not given on a node that none has changed. */
  readonly lastRun?: LastRun
}

// Builtins of the shell where they do, for short files: each program started costs a node 2 ms, as do 2000 bytes by `read`,
// and /proc/cpuinfo lets some kernels sleep.
export const machineFragment = `IFS= read -r id </etc/machine-id; echo "id=$id"
while read -r key value unit; do case $key in MemTotal:) echo "memoryKb=$value"; break;; esac; done </proc/meminfo
set -- /sys/devices/system/cpu/cpu[0-9]*; echo "cpus=$#"
${lastRunFragment}
[ -r /etc/patroni/patroni.yml ] && while IFS= read -r line; do
  case $line in consul:*) echo dcs=consul; break;; etcd3:*) echo dcs=etcd; break;; esac
done </etc/patroni/patroni.yml
[ -c /dev/watchdog ] && echo watchdog=yes
[ -e /sys/fs/selinux/enforce ] && echo "selinux=$(getenforce 2>/dev/null)"
date +clock=%s.%N`

/** Reads what `machineFragment` printed. */
export function parseMachine(printed: string): Machine {
  const lastRun = parseLastRun(printed)
  const field = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(printed)?.[1] ?? ''
  const dcs = field('dcs')
  return {
    id: field('id'),
    memoryBytes: Number(field('memoryKb')) * 1024,
    cpus: Number(field('cpus')) || 1,
    hasWatchdog: field('watchdog') === 'yes',
    selinux: field('selinux'),
    clock: Number(field('clock')),
    ...(dcs === 'consul' || dcs === 'etcd' ? { patroniDcs: dcs } : {}),
    ...(lastRun === undefined ? {} : { lastRun }),
  }
}
