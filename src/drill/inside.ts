import type { Member } from '../cluster/cluster.ts'
import type { Secret } from '../shared/secret.ts'
import type { Connection } from '../transport/connection.ts'
import { sh } from '../transport/shell.ts'
import { type Attempt, insidePrefix } from './log.ts'
import { insideInsert } from './workload/schema.ts'

/** A writer on a node, straight to its PostgreSQL: only it sees what a leader acknowledges that nobody else reaches. */
export interface Inside {
  readonly connection: Connection
  readonly member: Member
  readonly login: { readonly user: string; readonly password: Secret }
  readonly run: string
  /** After so many seconds it ends by itself, whatever became of pgha. */
  readonly seconds: number
}

// Not below the folder of the faults, which goes with the heal.
const folder = '/run/pgha-drill-inside'

/** Starts it; gives how the node's clock stands to ours, for `stopInside`. */
export async function startInside({ connection, member, login, run, seconds }: Inside): Promise<Clock> {
  const clock = await readClock(connection)
  const pass = [member.port, 'postgres', login.user, login.password.reveal()].map(passWord).join(':')
  const payloads = [
    { name: 'pgpass', content: Buffer.from(`127.0.0.1:${pass}\n`) },
    { name: 'writer', content: Buffer.from(writerScript(member.port, login.user, run, seconds)) },
  ]
  const script = `umask 077; rm -rf ${folder}; mkdir -p ${folder} || exit 1
cat "$PGHA_DIR/pgpass" >${folder}/pgpass; cat "$PGHA_DIR/writer" >${folder}/writer
setsid nohup sh ${folder}/writer </dev/null >/dev/null 2>&1 &`
  await connection.run(script, { payloads })
  return clock
}

/** Stops it and gives what it had acknowledged, and by how many ms the times may be off. */
export async function stopInside(
  connection: Connection,
  began: Clock,
): Promise<{ readonly attempts: readonly Attempt[]; readonly marginMs: number }> {
  const ended = await readClock(connection)
  const { stdout } = await connection.run(
    `rm -f ${folder}/pgpass; sleep 1; cat ${folder}/log; rm -rf ${folder}`,
    { timeoutMs: 60_000 },
  )
  const marginMs = Math.abs(ended.offsetMs - began.offsetMs) + Math.max(began.errorMs, ended.errorMs)
  return { attempts: parseInside(stdout, began.offsetMs), marginMs }
}

/** ms to add to a node's clock to get ours, and how far that may be off. */
export interface Clock {
  readonly offsetMs: number
  readonly errorMs: number
}

async function readClock(connection: Connection): Promise<Clock> {
  const beganMs = performance.now()
  const { stdout } = await connection.run('date +%s.%N')
  const endedMs = performance.now()
  return { offsetMs: (beganMs + endedMs) / 2 - Number(stdout) * 1000, errorMs: (endedMs - beganMs) / 2 }
}

// psql takes the statements one after the other and writes each answer out before the next. A new connection is a new
// client, so that no number is used twice.
function writerScript(port: number, user: string, run: string, seconds: number): string {
  const insert = insideInsert(run, `${insidePrefix}%s`)
  return `export LC_ALL=C PGPASSFILE=${folder}/pgpass PGCONNECT_TIMEOUT=2
psql=$(command -v psql || ls /usr/pgsql-*/bin/psql /usr/lib/postgresql/*/bin/psql 2>/dev/null | tail -n 1)
end= c=0
goes_on() { IFS=' .' read -r up rest </proc/uptime; : "\${end:=$((up + ${seconds}))}"; [ -e ${folder}/pgpass ] && [ "$up" -lt "$end" ]; }
while goes_on; do
  c=$((c + 1)) n=0
  echo "C $c" >>${folder}/log
  while goes_on; do
    n=$((n + 1))
    printf ${sh(`${insert}\n`)} "$c" "$n"
    sleep 0.05
  done | "$psql" -XqAt -v VERBOSITY=verbose -h 127.0.0.1 -p ${port} -U ${sh(user)} -d postgres >>${folder}/log 2>&1
  sleep 0.2
done
rm -rf ${folder}/pgpass
`
}

// .pgpass: a colon or backslash of a field is written with a backslash before it.
function passWord(field: string | number): string {
  return String(field).replaceAll(/[\\:]/g, '\\$&')
}

/**
 * The log of the writer: `C 1` begins a connection, `17|00000003|1763849045.5` is an acknowledgement with its timeline and
 * the node's time; errors in between are no acknowledgement.
 */
export function parseInside(text: string, offsetMs: number): readonly Attempt[] {
  const attempts: Attempt[] = []
  let [client, isOnlyHere] = ['', false]
  for (const line of text.split('\n')) {
    const [, connection] = /^C (\d+)$/.exec(line) ?? []
    if (connection !== undefined) client = `${insidePrefix}${connection}`
    if (line.includes('already committed locally')) isOnlyHere = true
    const [, seq, timeline, epoch] = /^(\d+)\|([0-9A-F]{8})\|(\d+\.?\d*)$/.exec(line) ?? []
    if (seq === undefined || timeline === undefined || epoch === undefined) continue
    const endedMs = Number(epoch) * 1000 + offsetMs
    attempts.push({
      ...{ client, way: 'inside', seq: Number(seq), beganMs: endedMs, endedMs },
      ...{ outcome: isOnlyHere ? 'unknown' : 'ok', timeline: parseInt(timeline, 16) },
    })
    isOnlyHere = false
  }
  return attempts
}
