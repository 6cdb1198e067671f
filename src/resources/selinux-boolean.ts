import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'

export interface SelinuxBooleanWant {
  readonly name: string
  readonly on: boolean
}

/** Undefined for a boolean that the policy of the node does not have. */
export type SelinuxBooleanState = boolean | undefined

/** A switch of SELinux's policy, now and after a boot. A policy without it has nothing to switch. */
export function selinuxBoolean(name: string, on = true): Resource {
  return resource(selinuxBooleanType, name, { name, on })
}

export const selinuxBooleanType: ResourceType<SelinuxBooleanWant, SelinuxBooleanState> = {
  kind: 'selinux-boolean',
  isPlain: true,
  // The kernel's own files: `getsebool` stops at the first name that it does not know.
  probe: (wants) =>
    `for name in ${wants.map(({ name }) => sh(name)).join(' ')}; do
  read -r active pending 2>/dev/null <"/sys/fs/selinux/booleans/$name" && echo "B|$name|$active"
done`,
  parse(printed, wants) {
    const found = new Map(
      [...printed.matchAll(/^B\|([^|]+)\|(.)$/gm)].map(([, name, value]) => [name, value]),
    )
    return wants.map(({ name }) => (found.has(name) ? found.get(name) === '1' : undefined))
  },
  diff({ on }, state) {
    if (state === undefined || state === on) return undefined
    return { verb: on ? 'enable' : 'disable', summary: `${wordOf(state)} → ${wordOf(on)}` }
  },
  steps: (todo) =>
    todo.map(({ want: { name, on } }) => {
      const script = command('setsebool', '-P', name, on ? '1' : '0')
      return { what: script, script }
    }),
}

function wordOf(on: boolean): string {
  return on ? 'on' : 'off'
}
