import type { Resource } from '../engine/resource.ts'
import type { Facts } from '../facts/gather.ts'
import { selinuxBoolean } from '../resources/selinux-boolean.ts'

/** Switches of SELinux's policy that a service needs; none where SELinux does not enforce. */
export function selinuxBooleans({ machine }: Facts, ...names: readonly string[]): readonly Resource[] {
  return machine.selinux === 'Enforcing' ? names.map((name) => selinuxBoolean(name)) : []
}
