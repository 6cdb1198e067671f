import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command } from '../transport/shell.ts'

export interface GroupWant {
  readonly name: string
}

/** A system group. */
export function systemGroup(name: string): Resource {
  return resource(groupType, name, { name })
}

/** The state is whether the group exists. */
export const groupType: ResourceType<GroupWant, boolean> = {
  kind: 'group',
  isPlain: true,
  probe: (wants) => command('getent', 'group', ...wants.map((want) => want.name)),
  parse: (printed, wants) =>
    wants.map((want) => printed.split('\n').some((line) => line.startsWith(`${want.name}:`))),
  diff: (_, exists) => (exists ? undefined : { verb: 'create', summary: 'system group' }),
  steps: (todo) =>
    todo.map(({ want }) => ({
      what: `add group ${want.name}`,
      script: command('groupadd', '--system', want.name),
    })),
}
