import { spawn } from 'node:child_process'
import { join } from 'node:path'

import type { Lab } from '../lab/lab.ts'

/** How a run of pgha ended. */
export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const root = join(import.meta.dirname, '../..')

/** The built program; PGHA_BIN names another build. */
export const program = process.env['PGHA_BIN'] ?? join(root, 'dist/pgha.js')

/** Runs the built pgha as an operator would, on the lab's inventory unless `-i` says otherwise. */
export async function pgha(lab: Lab, ...words: readonly string[]): Promise<Run> {
  const inventory = words.includes('-i') ? [] : ['-i', lab.inventoryPath]
  const child = spawn(process.execPath, [program, ...words, ...inventory], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise<number>((resolve) =>
    child.on('close', (ended) => {
      resolve(ended ?? 1)
    }),
  )
  return { code, stdout, stderr }
}

/** A run that must end with `code`; otherwise the test fails with all that it printed. */
export async function expectRun(code: number, lab: Lab, ...words: readonly string[]): Promise<Run> {
  const run = await pgha(lab, ...words)
  if (run.code !== code) {
    throw new Error(
      `pgha ${words.join(' ')} ended with ${run.code}, not ${code}\n${run.stdout}\n${run.stderr}`,
    )
  }
  return run
}

export interface ChangeJson {
  readonly kind: string
  readonly host: string
  readonly resource: string
  readonly verb: string
  readonly summary: string
}

/** The changes of `pgha diff --json`. */
export async function pending(lab: Lab, ...words: readonly string[]): Promise<readonly ChangeJson[]> {
  const { stdout } = await pgha(lab, 'diff', '--json', ...words)
  return (JSON.parse(stdout) as { readonly changes: readonly ChangeJson[] }).changes
}

/** `n2 file /etc/haproxy/haproxy.cfg`, sorted: what a test compares. */
export function named(changes: readonly ChangeJson[]): readonly string[] {
  return changes.map(({ host, resource }) => `${host} ${resource}`).toSorted()
}

const units = ['consul', 'etcd', 'patroni', 'haproxy', 'keepalived']

const pidFiles = '/var/lib/postgresql/*/*/postmaster.pid /var/lib/pgsql/*/data/postmaster.pid'

/** When each unit of each node, and PostgreSQL, was started: equal before and after means that nothing was restarted. */
export async function startTimes(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const rows = await Promise.all(
    lab.nodes.flatMap(({ name }) =>
      units.map(async (unit) => {
        const { stdout } = await lab.exec(
          name,
          `systemctl show -p ActiveEnterTimestampMonotonic,MainPID ${unit}`,
        )
        return [`${name} ${unit}`, stdout.trim()] as const
      }),
    ),
  )
  const postgres = await Promise.all(
    lab.nodes.map(async ({ name }) => {
      const { stdout } = await lab.exec(
        name,
        `pid=$(head -qn 1 ${pidFiles} 2>/dev/null); echo "$pid"; ps -o lstart= -p "$pid"`,
      )
      return [`${name} postgres`, stdout.trim()] as const
    }),
  )
  return Object.fromEntries([...rows, ...postgres])
}

/** One statement through the VIP, run on a node with the superuser's password as a client would. */
export async function psql(
  lab: Lab,
  node: string,
  port: number,
  sql: string,
  host = lab.vip,
): Promise<string> {
  const command = `PGPASSWORD=lab-superuser PGCONNECT_TIMEOUT=3 psql -X -q -A -t -h ${host} -p ${port} -U postgres -d postgres -v ON_ERROR_STOP=1`
  const { code, stdout, stderr } = await lab.exec(node, `${command} <<'SQL'\n${sql}\nSQL`)
  if (code !== 0) throw new Error(`psql on ${node}: ${stderr}`)
  return stdout.trim()
}

interface StatusJson {
  readonly view?: {
    readonly members: readonly { readonly name: string; readonly role: string; readonly state: string }[]
  }
  readonly members: readonly { readonly name: string; readonly host: string }[]
  readonly vipHolders: readonly string[]
}

export async function status(lab: Lab): Promise<StatusJson> {
  const { stdout } = await pgha(lab, 'status', '--json')
  return JSON.parse(stdout) as StatusJson
}

/** The host that leads now, by the name of the inventory. */
export async function leaderHost(lab: Lab): Promise<string | undefined> {
  const { view, members } = await status(lab)
  const leader = view?.members.find(({ role }) => role === 'leader')?.name
  return members.find(({ name }) => name === leader)?.host
}

/** Looks until it gives something, or the time is up. */
export async function eventually<T>(seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`still not so after ${seconds} s: ${look.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
