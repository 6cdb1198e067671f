import * as z from 'zod'

import type { Reading } from '../engine/resource.ts'
import { command } from '../transport/shell.ts'
import { answersTo, isAnswered, parseAnswers } from './rest-answers.ts'
import type { EffectiveSetting } from './postgres-value.ts'
import { prunesParameters } from './pruned-parameter.ts'

/** A member of the cluster as its PostgreSQL should run. */
export interface PostgresRestartWant {
  /** Name of the member in Patroni. */
  readonly member: string
  /** Members of the cluster: the only one cannot hand over before its restart. */
  readonly members: number
  /** Patroni's REST API on this node. */
  readonly url: string
  /** How `psql` of this node reaches PostgreSQL as its superuser. */
  readonly psql: {
    readonly path: string
    readonly socketDir: string
    readonly port: number
    readonly user: string
  }
  /** Parameters by name; those that only a restart changes are compared with what is effective. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  /** Dotted paths of the dynamic configuration that go, among them parameters. */
  readonly prune?: readonly string[]
}

/** What runs on a node; undefined where no Patroni answers. */
export type PostgresRestartState =
  | {
      readonly isLeader: boolean
      /** WAL position written or replayed, in bytes. */
      readonly position: number | undefined
      readonly isPending: boolean
      /** What Patroni says that a restart will change. */
      readonly reasons: readonly RestartReason[]
      /** Rows of pg_settings for the wanted parameters, and for those that ALTER SYSTEM has set; empty when PostgreSQL was not asked. */
      readonly settings: readonly EffectiveSetting[]
    }
  | undefined

/** A parameter before and after a restart. */
export interface RestartReason {
  readonly name: string
  readonly from: string
  readonly to: string
}

/** What ALTER SYSTEM writes. */
export const autoConf = 'postgresql.auto.conf'

/** Patroni is asked together with other questions to it. */
export function sharedOfPostgres(wants: readonly PostgresRestartWant[]): readonly Reading[] {
  return [answersTo(wants.map(statusUrl))]
}

function statusUrl({ url }: PostgresRestartWant): string {
  return `${url}/patroni`
}

/** Asks PostgreSQL of this node, where its Patroni answers; the rows come after a line `@postgres`. */
export function postgresFragment(want: PostgresRestartWant): string {
  const { psql, parameters, prune } = want
  const names = Object.keys(parameters).map((name) => `'${name.replaceAll(`'`, `''`)}'`)
  const columns = 'name, setting, unit, vartype, context, source, sourcefile'
  const wanted = `name in (${names.join(', ') || 'null'}) or sourcefile like '%/${autoConf}'`
  const rows = prunesParameters(prune)
    ? `${columns}, boot_val, ${elsewhere} from pg_settings s where ${wanted} or ${onlyByRestart}`
    : `${columns} from pg_settings where ${wanted}`
  const sql = `select row_to_json(t) from (select ${rows}) t`
  const { path, socketDir, port, user } = psql
  const query = command(
    path,
    '-XqAt',
    '-h',
    socketDir,
    '-p',
    String(port),
    '-U',
    user,
    '-d',
    'postgres',
    '-c',
    sql,
  )
  return [
    `echo; echo @postgres`,
    `if ${isAnswered(statusUrl(want))}; then`,
    // Not runuser: it leaves a line in the journal each time.
    `  ask() { PGCONNECT_TIMEOUT=5 setpriv --reuid="$1" --regid="$2" --clear-groups ${query} 2>/dev/null </dev/null; }`,
    '  ask postgres postgres; [ $? -ne 1 ] || {',
    // setpriv of util-linux 2.23 takes numbers only. `uid=101(postgres) gid=103(postgres) groups=…`: one process for both.
    '    ids=$(id postgres 2>/dev/null) gid=${ids#* gid=} uid=${ids#uid=}',
    '    ask "${uid%%(*}" "${gid%%(*}"',
    '  }',
    'fi',
  ].join('\n')
}

// initdb's values, which Patroni includes as postgresql.base.conf, and those of ALTER SYSTEM.
const elsewhere = `(select f.setting from pg_file_settings f where lower(f.name) = lower(s.name) and f.sourcefile !~ '/postgresql[.]conf$' order by f.seqno desc limit 1) as elsewhere`

const onlyByRestart = `(context = 'postmaster' and source in ('configuration file', 'command line'))`

const Row = z.object({
  name: z.string(),
  setting: z.string(),
  unit: z.string().nullable(),
  vartype: z.string(),
  context: z.string(),
  source: z.string(),
  sourcefile: z.string().nullable(),
  boot_val: z.string().nullish(),
  elsewhere: z.string().nullish(),
})

// zod compiles a schema for its first use, which pays off after thousands of them.
const once = { jitless: true }

const Status = z.object({
  state: z.string().nullish(),
  role: z.string(),
  xlog: z.object({ location: z.number().nullish(), replayed_location: z.number().nullish() }).nullish(),
  pending_restart: z.boolean().nullish(),
  pending_restart_reason: z
    .record(z.string(), z.object({ old_value: z.string(), new_value: z.string() }))
    .nullish(),
})

/** What was printed for these members. */
export function postgresStates(
  printed: string,
  wants: readonly PostgresRestartWant[],
): readonly PostgresRestartState[] {
  const answers = parseAnswers(printed)
  const parts = printed.split(/^@postgres\n/m).slice(1)
  return wants.map((want, index) => {
    const rows = (parts[index] ?? '').split('\n').filter((line) => line.startsWith('{'))
    return postgresState(answers.get(statusUrl(want))?.body ?? '', rows)
  })
}

function postgresState(answer: string, rows: readonly string[]): PostgresRestartState {
  const { data: status } = Status.safeParse(parsed(answer), once)
  if (status === undefined) return undefined
  // A PostgreSQL that does not run owes nothing: it starts with what is wanted then.
  const runs = (status.state ?? 'running') === 'running'
  const reasons = runs ? Object.entries(status.pending_restart_reason ?? {}) : []
  return {
    isLeader: ['primary', 'master', 'standby_leader', 'leader'].includes(status.role),
    position: status.xlog?.location ?? status.xlog?.replayed_location ?? undefined,
    isPending: runs && (status.pending_restart ?? false),
    reasons: reasons.map(([name, change]) => ({ name, from: change.old_value, to: change.new_value })),
    settings: rows.flatMap((row) => Row.safeParse(parsed(row), once).data ?? []),
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
