import { resource, type Resource, type ResourceType } from '../../engine/resource.ts'
import { command, sh } from '../../transport/shell.ts'

export interface PackageGroupWant {
  /** The group's id in the repository: `development` is "Development tools" on EL 7, 8 and 9. */
  readonly id: string
}

/** What pgha noted when it installed the group, and which of those packages are gone since. */
export interface PackageGroupState {
  readonly isNoted: boolean
  readonly missing: readonly string[]
}

/** A group of packages of yum. Asking yum takes a second each time, so that its members are noted on the node. */
export function packageGroup(id: string): Resource {
  return resource(packageGroupType, id, { id }, 'packages')
}

const folder = '/var/lib/pgha/package-groups'

export const packageGroupType: ResourceType<PackageGroupWant, PackageGroupState> = {
  kind: 'package-group',
  probe: (wants) =>
    wants
      .map(
        ({ id }, index) =>
          `[ ! -s ${sh(`${folder}/${id}`)} ] || { echo "N|${index}"; rpm -q $(cat ${sh(`${folder}/${id}`)}) 2>/dev/null |
  sed -n 's/^package \\(.*\\) is not installed$/M|${index}|\\1/p'; }`,
      )
      .join('\n'),
  parse: (printed, wants) =>
    wants.map((_, index) => ({
      isNoted: printed.split('\n').includes(`N|${index}`),
      missing: [...printed.matchAll(new RegExp(`^M\\|${index}\\|(.+)$`, 'gm'))].map(([, name = '']) => name),
    })),
  diff(_, { isNoted, missing }) {
    if (!isNoted) return { verb: 'install', summary: 'all packages of the group' }
    return missing.length === 0 ? undefined : { verb: 'install', summary: missing.join(', ') }
  },
  steps: (todo) =>
    todo.map(({ want: { id } }) => ({
      what: `yum group install ${id}`,
      script: script(id),
      timeoutMs: 1_800_000,
    })),
}

// yum 3 knows `groupinstall` and `groupinfo`, dnf both spellings. A group that was marked as installed is not installed
// again by `group install`, whatever was removed since: its members are named one by one.
function script(id: string): string {
  const noted = sh(`${folder}/${id}`)
  return `umask 022
log=/var/log/pgha-packages.log
: >>"$log" && chmod 0600 "$log"
members=$(${command('yum', '-q', 'groupinfo', id)} 2>>"$log" </dev/null |
  sed -n -e '/[Oo]ptional [Pp]ackages/q' -e 's/^ \\{2,\\}[=+-]\\{0,1\\}\\([A-Za-z0-9][A-Za-z0-9+._-]*\\)$/\\1/p' | sort -u)
[ -n "$members" ] || { echo ${sh(`the repositories of the node have no group ${id}`)} >&2; exit 91; }
yum -y install $members >>"$log" 2>&1 </dev/null || { code=$?; tail -n 15 "$log" >&2; exit $code; }
mkdir -p ${folder}
rpm -q --qf '%{NAME}\\n' $members | grep -v ' is not installed$' >${sh(`${folder}/${id}`)}.new && mv -f ${noted}.new ${noted}`
}
