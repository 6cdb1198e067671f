/** What a node is made of. */
export interface Machine {
  /** Same on two nodes: one is a clone of the other that was never given its own. */
  readonly id: string
  readonly memoryBytes: number
  readonly cpus: number
  readonly architecture: string
  /** The kernel offers a watchdog device, which can reset a node whose Patroni hangs. */
  readonly hasWatchdog: boolean
  /** `Enforcing`, `Permissive`, `Disabled`, or empty where there is no SELinux. */
  readonly selinux: string
  /** Seconds since 1970, by the node's clock. */
  readonly clock: number
}

export const machineFragment = `echo "id=$(cat /etc/machine-id 2>/dev/null)"
echo "memoryKb=$(sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo)"
echo "cpus=$(nproc 2>/dev/null)"
echo "architecture=$(uname -m)"
[ -c /dev/watchdog ] && echo watchdog=yes
echo "selinux=$(getenforce 2>/dev/null)"
echo "clock=$(date +%s.%N)"`

/** Reads what `machineFragment` printed. */
export function parseMachine(printed: string): Machine {
  const field = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(printed)?.[1] ?? ''
  return {
    id: field('id'),
    memoryBytes: Number(field('memoryKb')) * 1024,
    cpus: Number(field('cpus')) || 1,
    architecture: field('architecture'),
    hasWatchdog: field('watchdog') === 'yes',
    selinux: field('selinux'),
    clock: Number(field('clock')),
  }
}
