import { onEach } from '../engine/fleet.ts'
import { type Plan } from '../engine/plan.ts'
import { PghaError } from '../shared/errors.ts'
import { command } from '../transport/shell.ts'
import { dataDirOf } from './data-dir.ts'
import type { SurveyedNode } from './survey.ts'

/** Data of PostgreSQL on a node. */
export interface FoundData {
  readonly folder: string
  /** The inventory wants its data there. */
  readonly isWanted: boolean
  /** Of PG_VERSION: `9.6`, `17`. */
  readonly version: string
  readonly isRunning: boolean
}

// After a crash another program may have the number of postmaster.pid. Where the inventory wants the data, and where each configuration has it that a Patroni of this node may have read.
const script = (wanted: string) => `look() {
  [ -s "$2/PG_VERSION" ] || return 0
  IFS= read -r version <"$2/PG_VERSION"; pid=0 name=
  [ ! -r "$2/postmaster.pid" ] || IFS= read -r pid <"$2/postmaster.pid"
  folder=$(readlink -f "$2")
  [ ! -r "/proc/$pid/comm" ] || IFS= read -r name <"/proc/$pid/comm"
  case $name in postgres|postmaster) state=runs;; *) state=lies;; esac
  printf '%s %s %s %s\\n' "$1" "$state" "$version" "$folder"
}
${command('look', 'wanted', wanted)}
set -f
for file in $(systemctl show -p ExecStart patroni.service 2>/dev/null) /etc/patroni/patroni.yml; do
  case $file in /*.yml|/*.yaml) [ -r "$file" ] || continue;; *) continue;; esac
  there=$(sed -n "s/^ *data_dir: *[\\"']\\{0,1\\}\\([^\\"'# ]*\\).*/\\1/p" "$file" | head -n 1)
  [ -z "$there" ] || look configured "$there"
done`

/**
 * Refuses a plan for members that have data elsewhere or of another major version: the next start of their Patroni would find
 * an empty folder, or programs that cannot read what is there. Asks only the nodes on which the plan touches PostgreSQL.
 */
export async function refuseOtherData(
  nodes: readonly SurveyedNode[],
  plan: Plan,
  forks: number,
): Promise<void> {
  const touched = nodes.filter(
    ({ host, isLeaving }) =>
      !isLeaving && host.vars.roles.includes('patroni') && touchesPostgres(plan, host.name),
  )
  await onEach(touched, forks, refuseOther)
}

function touchesPostgres({ changes }: Plan, name: string): boolean {
  return changes.some(({ host, role }) => host === name && (role === 'postgres' || role === 'patroni'))
}

async function refuseOther(node: SurveyedNode): Promise<void> {
  const { host, connection } = node
  const wanted = dataDirOf(node)
  const { stdout } = await connection.run(script(wanted))
  const problem = otherData(parseFound(stdout), wanted, String(host.vars.postgresql.version))
  if (problem === undefined) return
  const source = host.sourceOf(['postgresql', problem.field]) ?? host.sourceOf(['postgresql'])
  throw new PghaError('refused', problem.message, {
    host: host.name,
    hint: problem.hint,
    ...(source === undefined ? {} : { source }),
  })
}

/** Reads what the script printed. */
export function parseFound(printed: string): readonly FoundData[] {
  return printed.split('\n').flatMap((line) => {
    const [, what, state, version = '', folder = ''] = /^(\S+) (\S+) (\S+) (.+)$/.exec(line) ?? []
    return what === undefined
      ? []
      : [{ folder, version, isWanted: what === 'wanted', isRunning: state === 'runs' }]
  })
}

/** What speaks against this folder and version; undefined when nothing does. */
export function otherData(
  found: readonly FoundData[],
  wanted: string,
  version: string,
): { readonly field: 'version' | 'data_dir'; readonly message: string; readonly hint: string } | undefined {
  const there = found.find(({ isWanted }) => isWanted)
  const elsewhere = found.filter(({ folder }) => folder !== there?.folder)
  // What an upgrade by pg_upgrade has left behind is in nobody's way.
  const data = elsewhere.find(({ isRunning }) => isRunning) ?? there ?? elsewhere[0]
  if (data === undefined) return undefined
  const is = `${data.isRunning ? 'runs' : 'has the data of'} PostgreSQL ${data.version} in ${data.folder}`
  if (data.version !== version) {
    return {
      field: 'version',
      message: `${is}, and the inventory says postgresql.version: ${version}`,
      hint: `set postgresql.version: ${data.version}. pgha changes no major version: that is done by pg_upgrade, or by a second cluster and logical replication; data of no use is to be moved away`,
    }
  }
  if (data === there) return undefined
  return {
    field: 'data_dir',
    message: `${is}, and the inventory says ${wanted}`,
    hint: `set postgresql.data_dir: ${data.folder}; or stop Patroni and move the data yourself`,
  }
}
