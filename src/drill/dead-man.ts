import { PghaError } from '../shared/errors.ts'
import type { Connection } from '../transport/connection.ts'
import { nodeFolder, prelude } from './faults/shell.ts'

const healFile = `${nodeFolder}/heal.sh`
const unit = 'pgha-drill-heal'

/**
 * Puts the way back on the node before anything is broken there: a timer of systemd runs it after `seconds`, whatever has
 * become of pgha and of the network. Throws when it cannot be told to. Where systemd-run takes no timers, a sleeping shell
 * does the same.
 */
export async function arm(connection: Connection, heal: string, seconds: number): Promise<void> {
  const script = `umask 077
mkdir -p ${nodeFolder} || exit 1
cat "$PGHA_DIR/heal" >${healFile} || exit 1
systemctl stop ${unit}.timer 2>/dev/null
systemctl reset-failed ${unit}.service ${unit}.timer 2>/dev/null
if systemd-run --unit=${unit} --on-active=${seconds} --timer-property=AccuracySec=1s /bin/sh ${healFile} 2>&1; then
  systemctl is-active ${unit}.timer
else
  setsid nohup sh -c 'sleep ${seconds}; sh ${healFile}' </dev/null >/dev/null 2>&1 &
  echo $! >${nodeFolder}/sleeper
fi`
  await demand(connection, script, 'arm the timer that heals', [{ name: 'heal', content: healing(heal) }])
}

/** Runs the way back now and, when it has worked, takes the timer away. */
export async function healNow(connection: Connection): Promise<void> {
  const script = `[ -e ${healFile} ] || exit 0
sh ${healFile} || exit 1
systemctl stop ${unit}.timer 2>/dev/null
[ ! -e ${nodeFolder}/sleeper ] || kill -- "-$(cat ${nodeFolder}/sleeper)" 2>/dev/null
rm -rf ${nodeFolder}`
  await demand(connection, script, 'heal')
}

/** What a drill that died has left on a node: it is healed, whoever made it. Gives whether there was something. */
export async function healRemains(connection: Connection): Promise<boolean> {
  const { code } = await connection.run(`[ -e ${healFile} ]`)
  if (code !== 0) return false
  await healNow(connection)
  return true
}

/** A script of a fault, with the functions it may use. */
export async function runFaultScript(connection: Connection, script: string, what: string): Promise<void> {
  await demand(connection, `mkdir -p ${nodeFolder}\n${prelude}\n${script}`, what)
}

/** Why the node cannot take the fault; undefined when it can. */
export async function reasonAgainst(connection: Connection, needs: string): Promise<string | undefined> {
  const { code, stdout, stderr } = await connection.run(`${prelude}\n${needs}`)
  if (code === 0) return undefined
  return `${connection.host}: ${(stdout.trim() || stderr.trim()).split('\n').at(-1) ?? 'it says no'}`
}

// The environment of a timer's unit is not that of our scripts. It heals once: a second run would find nothing to do.
function healing(heal: string): Buffer {
  return Buffer.from(`PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C; export PATH LC_ALL
${prelude}
heal() {
:
${heal}
}
( heal ) || exit 1
rm -f ${healFile}
`)
}

async function demand(
  connection: Connection,
  script: string,
  what: string,
  payloads: readonly { readonly name: string; readonly content: Buffer }[] = [],
): Promise<void> {
  const { code, stdout, stderr } = await connection.run(script, { payloads, timeoutMs: 60_000 })
  if (code === 0) return
  const said = [...stderr.trim().split('\n'), ...stdout.trim().split('\n')].filter((line) => line !== '')
  throw new PghaError('failed', `${connection.host}: cannot ${what}: exit ${code}`, {
    host: connection.host,
    evidence: said.slice(-5),
  })
}
