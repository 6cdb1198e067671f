import { resource, type Resource, type ResourceType, early } from '../../engine/resource.ts'
import { command, sh } from '../../transport/shell.ts'
import type { Family } from './package.ts'

export interface AbsentPackageWant {
  /** A name, or a pattern of names: `zabbix2*`. */
  readonly pattern: string
  /** Where dpkg keeps a list of files for each package. */
  readonly lists: string
}

/** No package of this name: only what is installed is removed, and what others depend on is refused. */
export function absentPackage(family: Family, pattern: string): Resource {
  return early(resource(types[family], pattern, { pattern, lists: '/var/lib/dpkg/info' }))
}

/** The state is the names of the installed packages that fit. */
function absentPackageType(
  list: (want: AbsentPackageWant, numbered: string) => string,
  remove: readonly string[],
  script: (call: string) => string,
) {
  return {
    kind: 'absent-package',
    isPlain: true,
    probe: (wants) => wants.map((want, index) => list(want, `sed 's/^/${index}|/'`)).join('\n'),
    parse: (printed, wants) =>
      wants.map((_, index) =>
        [...printed.matchAll(new RegExp(`^${index}\\|(\\S+)$`, 'gm'))].map(([, name = '']) => name),
      ),
    diff: (_, names) => (names.length === 0 ? undefined : { verb: 'remove', summary: names.join(', ') }),
    // dpkg and rpm themselves, not apt and yum: nothing goes along that the plan did not name.
    steps: (todo) =>
      todo.map(({ state }) => ({
        what: [...remove, ...state].join(' '),
        script: script(command(...remove, ...state)),
      })),
  } satisfies ResourceType<AbsentPackageWant, readonly string[]>
}

const types = {
  debian: absentPackageType(
    (want, numbered) => {
      const query = command('dpkg-query', '-W', '-f', '${db:Status-Status} ${Package}\\n', want.pattern)
      return guarded(want, `${query} 2>/dev/null | sed -n 's/^installed //p' | ${numbered}`)
    },
    ['dpkg', '--remove'],
    (call) => `export DEBIAN_FRONTEND=noninteractive; ${call}`,
  ),
  el: absentPackageType(
    ({ pattern }, numbered) => `rpm -qa --qf '%{NAME}\\n' ${sh(pattern)} 2>/dev/null | ${numbered}`,
    ['rpm', '-e'],
    keepingConfiguration,
  ),
} as const

// dpkg-query reads its whole database, a tenth of all that a node with nothing to do is asked. Each package has a list there;
// that of one for a foreign architecture, or for many at a time, has the architecture in its name.
function guarded({ pattern, lists }: AbsentPackageWant, query: string): string {
  const glob = `${sh(lists)}/${pattern.replaceAll(/[^*?]+/g, sh)}`
  return `for list in ${glob}.list ${glob}:*.list; do
  if [ -e "$list" ]; then ${query}; break; fi
done`
}

// rpm moves changed configuration away, where dpkg leaves it: by now it may be that of a package which stays.
function keepingConfiguration(call: string): string {
  return `said=$(LC_ALL=C ${call} 2>&1) || { code=$?; printf '%s\\n' "$said" >&2; exit $code; }
printf '%s\\n' "$said" | sed -n 's/^warning: \\(.*\\) saved as \\(.*\\)\\.rpmsave$/\\1/p' | while IFS= read -r path; do
  [ -e "$path" ] || mv -- "$path.rpmsave" "$path"
done`
}
