import type { RawHost } from '../../inventory/hosts.ts'
import { type HostProblem, joinHosts } from '../../inventory/problems.ts'
import { isEmpty } from '../../inventory/tree.ts'
import type { Problem } from '../../shared/errors.ts'

const switches = ['alerts', 'hostname', 'essentials', 'vm_tools', 'ntp', 'sshd', 'zabbix_agent'] as const

/** Sections that switch a role on by being written, but have nothing in them: `ntp:` alone says nothing. */
export function emptySections(hosts: readonly RawHost[]): readonly Problem[] {
  const found = hosts.flatMap(({ name, vars }) =>
    switches.flatMap((section): readonly HostProblem[] => {
      const value = vars.entries.get(section)?.value
      if (value === undefined || !isEmpty(value)) return []
      const message = 'is empty, and switches nothing on'
      const hint = `${section}: true takes all defaults; false, or no line at all, leaves it off`
      return [{ host: name, path: section, source: value.source, message, hint }]
    }),
  )
  return joinHosts(found, hosts.length)
}
