import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'

export interface HostnameWant {
  readonly name: string
}

/** The name that the kernel has now, and the one that the next boot will give it. */
export interface HostnameState {
  readonly now: string
  readonly atBoot: string
}

/** The node's own name, now and after a boot. */
export function hostname(name: string): Resource {
  return resource(hostnameType, name, { name })
}

export const hostnameType: ResourceType<HostnameWant, HostnameState> = {
  kind: 'hostname',
  isPlain: true,
  probe: () =>
    'read -r now </proc/sys/kernel/hostname; echo "N|$now"; read -r boot 2>/dev/null </etc/hostname; echo "B|$boot"',

  parse(printed, wants) {
    const field = (mark: string) => new RegExp(`^${mark}\\|(.*)$`, 'm').exec(printed)?.[1] ?? ''
    return wants.map(() => ({ now: field('N'), atBoot: field('B') }))
  },

  diff({ name }, { now, atBoot }) {
    if (now !== name) return { verb: 'update', summary: `${now || 'none'} → ${name}` }
    if (atBoot !== name) return { verb: 'update', summary: `after a boot ${atBoot || 'none'} → ${name}` }
    return undefined
  },

  steps: (todo) => todo.map(({ want }) => ({ what: `set the host name ${want.name}`, script: script(want) })),
}

// hostnamectl needs D-Bus and is not everywhere; it writes the file, too.
function script({ name }: HostnameWant): string {
  return [
    `hostnamectl set-hostname ${sh(name)} 2>/dev/null`,
    'read -r boot 2>/dev/null </etc/hostname',
    `[ "$boot" = ${sh(name)} ] || ${command('printf', '%s\\n', name)} >/etc/hostname || exit`,
    'read -r now </proc/sys/kernel/hostname',
    `[ "$now" = ${sh(name)} ] || ${command('hostname', name)}`,
  ].join('\n')
}
