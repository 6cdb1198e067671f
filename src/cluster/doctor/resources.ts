import type { Disk, Exam } from './exam.ts'
import type { Finding } from './finding.ts'

// PostgreSQL stops when it cannot write one WAL segment (16 MiB).
const leastBytes = 16 * 1024 * 1024

/** File systems without room, and clocks apart: causes that show before anything fails. */
export function resources(exam: Exam): readonly Finding[] {
  return [...fullDisks(exam), ...skewedClocks(exam)]
}

function fullDisks({ nodes }: Exam): readonly Finding[] {
  return nodes.flatMap(({ host, disks }) =>
    disks.filter(isFull).map((disk) => ({
      cause: 'disk full',
      host,
      lasting: true,
      evidence: `${disk.mount} on ${host} has ${disk.available} of ${disk.size} ${disk.what} left`,
      remedy: `free space below ${disk.mount} on ${host}: du -xh ${disk.mount} | sort -h | tail`,
    })),
  )
}

function isFull({ what, size, available }: Disk): boolean {
  // Some file systems (btrfs, overlay) have no count of inodes.
  if (what === 'inodes') return size > 0 && available <= 0
  return size > leastBytes && available < leastBytes
}

// Patroni's lease is by wall clock; NTP keeps nodes within milliseconds.
const toleratedSeconds = 2

function skewedClocks({ nodes }: Exam): readonly Finding[] {
  const sorted = nodes.toSorted((a, b) => a.clockOffset - b.clockOffset)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]
  if (middle === undefined) return []
  return nodes.flatMap(({ host, clockOffset }) => {
    const skew = clockOffset - middle.clockOffset
    if (Math.abs(skew) <= toleratedSeconds) return []
    return [
      {
        cause: 'clock skew',
        host,
        lasting: true,
        evidence: `the clock of ${host} is ${Math.abs(skew).toFixed(1)} s ${skew > 0 ? 'ahead of' : 'behind'} that of ${middle.host}`,
        remedy: `set the clock of ${host} by NTP: chronyc tracking, timedatectl set-ntp true`,
      },
    ]
  })
}
