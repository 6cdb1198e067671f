/** The distribution of a node. */
export interface Os {
  /** Which package tools, names and paths it has. */
  readonly family: 'debian' | 'el' | 'unknown'
  /** As in os-release: `debian`, `centos`, `rocky`, ... */
  readonly id: string
  /** As in os-release, e.g. `12`, `7`. */
  readonly version: string
  readonly name: string
}

export const osFragment = `[ -r /etc/os-release ] && while IFS= read -r line; do printf '%s\\n' "$line"; done </etc/os-release`

/** Reads /etc/os-release (freedesktop.org): shell-like assignments, values bare or quoted. */
export function parseOs(printed: string): Os {
  const field = (key: string) => new RegExp(`^${key}=["']?(.*?)["']?$`, 'm').exec(printed)?.[1] ?? ''
  const id = field('ID')
  const like = [id, ...field('ID_LIKE').split(' ')]
  return { family: familyOf(like), id, version: field('VERSION_ID'), name: field('PRETTY_NAME') || id }
}

/** CentOS 7 and its kin: systemd 219, HAProxy 1.5, glibc 2.17, pip 9. */
export function isEl7({ family, version }: Pick<Os, 'family' | 'version'>): boolean {
  return family === 'el' && Number.parseInt(version, 10) <= 7
}

function familyOf(like: readonly string[]): Os['family'] {
  if (like.some((id) => ['debian', 'ubuntu'].includes(id))) return 'debian'
  if (like.some((id) => ['rhel', 'centos', 'fedora', 'rocky', 'almalinux', 'ol'].includes(id))) return 'el'
  return 'unknown'
}
