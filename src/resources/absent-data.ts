import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { sh } from '../transport/shell.ts'
import { assertPath } from './stat.ts'

export interface AbsentDataWant {
  readonly path: string
}

/** A folder of data that the operator wants gone: empty or not there. There is no backup of it. */
export function absentData(path: string): Resource {
  return resource(absentDataType, assertPath(path), { path })
}

/** The state is whether something is in it. */
export const absentDataType: ResourceType<AbsentDataWant, boolean> = {
  kind: 'absent-data',
  probe: (wants) =>
    wants
      .map(({ path }) => `[ -n "$(ls -A ${sh(`${path}/`)} 2>/dev/null)" ] && echo 'D|yes' || echo 'D|no'`)
      .join('\n'),
  parse: (printed, wants) => {
    const answers = [...printed.matchAll(/^D\|(yes|no)$/gm)].map(([, answer]) => answer)
    return wants.map((_, index) => answers[index] === 'yes')
  },
  diff: (_, isThere) =>
    isThere ? { verb: 'delete', summary: 'with all that is in it, for ever' } : undefined,
  steps: (todo) =>
    todo.map(({ want: { path } }) => ({
      what: `delete ${path}`,
      // It may be a mount point, or a link to one: then only what is in it goes.
      script: `find ${sh(`${path}/`)} -xdev -mindepth 1 -delete && { [ -h ${sh(path)} ] || rmdir ${sh(path)} 2>/dev/null || :; }`,
    })),
}
