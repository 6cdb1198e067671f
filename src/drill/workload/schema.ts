import type { MemberRows, TimelineSpan } from '../log.ts'
import { rowKey } from '../log.ts'
import type { Session } from './session.ts'

const schema = 'pgha_drill'

/** What functions about the WAL are called: they were renamed in PostgreSQL 10. */
function walNames(version: number): Readonly<Record<'file' | 'insert' | 'replayed' | 'current', string>> {
  if (version >= 100_000) {
    return {
      file: 'pg_walfile_name',
      insert: 'pg_current_wal_insert_lsn()',
      current: 'pg_current_wal_lsn()',
      replayed: 'pg_last_wal_replay_lsn()',
    }
  }
  return {
    file: 'pg_xlogfile_name',
    insert: 'pg_current_xlog_insert_location()',
    current: 'pg_current_xlog_location()',
    replayed: 'pg_last_xlog_replay_location()',
  }
}

/**
 * Makes the drill's own schema anew. No key makes rows unique: a row that is there twice is to be seen. Rows say
 * themselves on which timeline they were written; the first 8 digits of a WAL file's name are its timeline.
 */
export async function createSchema(session: Session): Promise<void> {
  const { file, insert } = walNames(await versionOf(session))
  const statements = [
    `drop schema if exists ${schema} cascade`,
    `create schema ${schema}`,
    `create table ${schema}.w (run text not null, client text not null, seq bigint not null,
      tl text not null default substr(${file}(${insert}), 1, 8), at timestamptz not null default clock_timestamp())`,
    `create index w_by_client on ${schema}.w (run, client, seq)`,
    `create table ${schema}.r (run text not null, client text not null, v bigint not null, primary key (run, client))`,
  ]
  for (const statement of statements) await session.query(statement)
}

export async function dropSchema(session: Session): Promise<void> {
  await session.query(`drop schema if exists ${schema} cascade`)
}

export const insertSql = `insert into ${schema}.w (run, client, seq) values ($1, $2, $3)
  returning host(inet_server_addr()) as node, tl`

export const registerSql = `insert into ${schema}.r as r (run, client, v) values ($1, $2, 1)
  on conflict (run, client) do update set v = r.v + 1 returning v`

/** Newest number of a client as this server shows it. */
export const seenSql = `select host(inet_server_addr()) as node, pg_is_in_recovery() as replica,
  coalesce((select max(seq) from ${schema}.w where run = $1 and client = $2), 0) as seen`

/** Whether the server takes writes, and since when it runs. */
export const stateSql = `select pg_is_in_recovery() as replica, pg_postmaster_start_time()::text as started`

/** A writer inside a node, for psql: text without parameters; answers `seq|timeline|seconds since 1970`. */
export function insideInsert(run: string, client: string): string {
  return `insert into ${schema}.w (run, client, seq) values ('${run}', '${client}', %s) returning seq, tl, extract(epoch from clock_timestamp());`
}

/** The leader's rows; throws when the server is none. `lsn` is where the WAL ended after the read. */
export async function leaderRows(
  session: Session,
  run: string,
): Promise<{ readonly rows: MemberRows['rows']; readonly lsn: string }> {
  const { current } = walNames(await versionOf(session))
  const { rows } = await session.query('select pg_is_in_recovery() as replica')
  if (rows[0]?.['replica'] !== false) throw new Error('the member that should lead is in recovery')
  const found = await rowsOf(session, run)
  const lsn = await session.query(`select ${current}::text as lsn`)
  return { rows: found, lsn: String(lsn.rows[0]?.['lsn']) }
}

/** A replica's rows once it has replayed up to `lsn`; undefined as long as it has not. */
export async function replicaRows(
  session: Session,
  run: string,
  lsn: string,
): Promise<MemberRows['rows'] | undefined> {
  const { replayed } = walNames(await versionOf(session))
  const { rows } = await session.query(`select ${replayed} >= $1::pg_lsn as there`, [lsn])
  return rows[0]?.['there'] === true ? rowsOf(session, run) : undefined
}

export async function timelineSpans(session: Session, run: string): Promise<readonly TimelineSpan[]> {
  const { rows } = await session.query(
    `select tl, extract(epoch from min(at)) as first, extract(epoch from max(at)) as last
     from ${schema}.w where run = $1 group by tl order by tl`,
    [run],
  )
  return rows.map(({ tl, first, last }) => ({
    timeline: parseInt(String(tl), 16),
    firstAt: Number(first),
    lastAt: Number(last),
  }))
}

async function versionOf(session: Session): Promise<number> {
  const { rows } = await session.query('show server_version_num')
  return Number(rows[0]?.['server_version_num'])
}

async function rowsOf(session: Session, run: string): Promise<MemberRows['rows']> {
  const { rows } = await session.query(
    `select client, string_agg(seq::text, ',') as all from ${schema}.w where run = $1 group by client`,
    [run],
  )
  const counts = new Map<string, number>()
  for (const { client, all } of rows) {
    for (const seq of String(all).split(',')) {
      const key = rowKey(String(client), Number(seq))
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return counts
}
