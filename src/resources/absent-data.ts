import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { sh } from '../transport/shell.ts'
import { assertPath } from './stat.ts'
import { systemFolderPatterns, systemFolderReason } from './system-folders.ts'

export interface AbsentDataWant {
  readonly path: string
}

/**
 * A folder of data that the operator wants gone: empty or not there. There is no backup of it. The checks of the inventory
 * keep folders of the system out; should one get here, that is a bug.
 */
export function absentData(path: string): Resource {
  const reason = systemFolderReason(path)
  if (reason !== undefined) throw new Error(`${path} is no folder of data: ${reason}`)
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
      // It may be a mount point, or a link to one: then only what is in it goes. Where a link leads, only the node knows.
      script: `${refuseSystemFolder(path)}\nfind ${sh(`${path}/`)} -xdev -mindepth 1 -delete && { [ -h ${sh(path)} ] || rmdir ${sh(path)} 2>/dev/null || :; }`,
    })),
}

function refuseSystemFolder(path: string): string {
  return [
    `real=$(readlink -f -- ${sh(path)}) || exit 1`,
    'case $real/ in',
    // Two names or more: `*` of a pattern takes slashes too.
    `/*/*/*) case $real/ in ${systemFolderPatterns}) real="$real, a folder of the system" ;; *) real= ;; esac ;;`,
    'esac',
    `[ -z "$real" ] || { echo ${sh(`${path} leads to `)}"$real" >&2; exit 1; }`,
  ].join('\n')
}
