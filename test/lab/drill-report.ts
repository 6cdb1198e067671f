// npm run drill:report: drills several clusters, a few labs at a time, and writes one report of all of them.
//   PGHA_REPORT=docs/drill-report   where the reports go (.html, .md, .xml)
//   PGHA_ROUNDS=5                   rounds of each fault on the cluster with profile durable
//   PGHA_LABS=2                     labs at a time; each takes most of a core while it is drilled
//   PGHA_FAULTS=a,b                 these faults only, to try the report out
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import pLimit from 'p-limit'

import { exit } from '../../src/cli/exit.ts'
import { faults } from '../../src/drill/faults/index.ts'
import { articleLab } from './article.ts'
import { down, type Lab, up } from './lab.ts'
import { noPlaybook } from './playbook.ts'
import { say, secondsSince } from './say.ts'

const root = join(import.meta.dirname, '../..')
const report = process.env['PGHA_REPORT'] ?? join(root, 'docs/drill-report')
const rounds = Number(process.env['PGHA_ROUNDS'] ?? 5)
const limit = pLimit(Number(process.env['PGHA_LABS'] ?? 2))
const only = process.env['PGHA_FAULTS']?.split(',')
const folder = await mkdtemp(join(tmpdir(), 'pgha-drill-report-'))

/** A drill on a lab of its own; parts with the same label become one column of the report. */
interface Part {
  readonly lab: string
  readonly label: string
  readonly faults: readonly string[]
  readonly rounds: number
  /** Boots the lab and builds the cluster. */
  readonly build: (part: Part) => Promise<Lab>
  readonly words: readonly string[]
}

const diskFull = 'wal-disk-full'
const all = faults.map(({ id }) => id).filter((id) => id !== diskFull)
// Faults whose bounds are the promise of the default profile, and those that show what asynchronous replication loses.
const promised = [
  ...['switchover', 'rolling-restart', 'patroni-stop', 'patroni-kill', 'postmaster-kill', 'haproxy-kill'],
  ...['haproxy-freeze', 'keepalived-kill', 'keepalived-stop', 'dcs-server-lost', 'dcs-majority-lost'],
  ...['patroni-kill-hold', 'patroni-freeze', 'leader-cut-off', 'node-freeze', 'node-off'],
]

function pghaCluster(profile: string) {
  return async ({ lab }: Part): Promise<Lab> => {
    const built = await up({ flavor: 'debian13', kind: 'ready', nodes: 3, fresh: true, lab })
    const packages =
      'command -v nft && command -v tc || { apt-get -qq update && apt-get -qq install -y nftables; }'
    await Promise.all(built.nodes.map(({ name }) => built.exec(name, packages)))
    await pgha(built, ['apply', '-e', `profile=${profile}`, '--yes'], join(folder, `${lab}-apply.log`))
    return built
  }
}

// A disk of its own for the WAL, small enough to be filled; memory, so that it is gone with the node.
const smallDisk = `mkdir -p /mnt/wal && mount -t tmpfs -o size=1g,mode=0700,uid=$(id -u postgres),gid=$(id -g postgres) tmpfs /mnt/wal
systemctl stop patroni
cd /var/lib/postgresql/17/main && cp -a pg_wal/. /mnt/wal/ && rm -rf pg_wal && ln -s /mnt/wal pg_wal && chown -h postgres: pg_wal
systemctl start patroni`

async function walOnItsOwnDisk(part: Part): Promise<Lab> {
  const built = await pghaCluster('durable')(part)
  for (const { name } of built.nodes) {
    await built.exec(name, smallDisk)
    await healthy(built)
  }
  return built
}

async function healthy(lab: Lab): Promise<void> {
  for (let left = 30; left > 0; left--) {
    const [verdict] = await pgha(lab, ['verify'], join(folder, `${lab.name}-verify.log`))
    if (verdict === exit.ok) return
    await sleep(2_000)
  }
  throw new Error(`lab ${lab.name} is not healthy after a minute`)
}

const every = (nth: number, of: number) => all.filter((_, index) => index % of === nth)
const durable = ['-e', 'profile=durable', '--label', 'pgha, durable']
// What Ansible installs keeps the machine busy for minutes: its labs come first, when nobody measures yet.
const parts: readonly Part[] = [
  ...(noPlaybook() === undefined
    ? [0, 1].map((nth) => ({
        ...{ lab: 'jl'[nth] ?? '', label: 'article', faults: every(nth, 2), rounds: 1 },
        ...{
          build: ({ lab }: Part) => articleLab(lab),
          words: ['--reinit', '--label', "the article's playbook"],
        },
      }))
    : []),
  ...[0, 1].map((nth) => ({
    ...{ lab: 'hi'[nth] ?? '', label: 'balanced', faults: promised.filter((_, index) => index % 2 === nth) },
    ...{ rounds: Math.min(rounds, 3), build: pghaCluster('balanced') },
    words: ['-e', 'profile=balanced', '--label', 'pgha, balanced (default)'],
  })),
  ...[0, 1, 2, 3].map((nth) => ({
    ...{ lab: 'efgk'[nth] ?? '', label: 'durable', faults: every(nth, 4), rounds },
    ...{ build: pghaCluster('durable'), words: durable },
  })),
  {
    ...{ lab: 'm', label: 'durable', faults: [diskFull], rounds },
    ...{ build: walOnItsOwnDisk, words: durable },
  },
]

// Where a bound is half a second or two, another lab on the same two cores counts: once without one.
const alone: Part = {
  ...{ lab: 'n', label: 'alone', faults: ['switchover', 'patroni-stop', 'patroni-kill'], rounds },
  build: pghaCluster('balanced'),
  words: ['-e', 'profile=balanced', '--label', 'the same, with the machine for itself'],
}

/** Runs pgha on a lab with its output in a file; a report is made whatever the drill found. */
async function pgha(
  { inventoryPath }: Lab,
  words: readonly string[],
  log: string,
): Promise<readonly [code: number, stdout: string]> {
  const child = spawn(process.execPath, [join(root, 'dist/pgha.js'), ...words, '-i', inventoryPath], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.pipe(createWriteStream(log))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  if (code === null || ![0, 1, 3].includes(code))
    throw new Error(`${words.join(' ')} ended with ${code}: ${log}`)
  return [code, stdout]
}

// Few enough commits that several labs on two cores do not measure each other.
const load = ['--writers', '4', '--think', '50']

async function drilled(part: Part): Promise<string | undefined> {
  const start = Date.now()
  const name = `${part.label} ${part.lab}`
  try {
    const lab = await part.build(part)
    say(`drill ${name}: ${part.faults.length} faults, ${part.rounds} rounds; log ${folder}/${part.lab}.log`)
    const words = ['drill', '--faults', part.faults.join(','), '--rounds', String(part.rounds), '--seed', '1']
    const log = join(folder, `${part.lab}.log`)
    const [, json] = await pgha(lab, [...words, ...load, '--yes', '--json', ...part.words], log)
    const file = join(folder, `${part.lab}.json`)
    await writeFile(file, json)
    say(`drill ${name}: done in ${secondsSince(start)} s`)
    return file
  } catch (error) {
    say(`drill ${name}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  } finally {
    await down({ lab: part.lab })
  }
}

const chosen = (all: readonly Part[]) =>
  all
    .map((part) => ({ ...part, faults: part.faults.filter((id) => only?.includes(id) ?? true) }))
    .filter(({ faults: left }) => left.length > 0)
const wanted = chosen([...parts, alone])
const files = await Promise.all(chosen(parts).map((part) => limit(() => drilled(part))))
for (const part of chosen([alone])) files.push(await drilled(part))
const found = files.filter((file) => file !== undefined)
const words = ['drill', '--from', found.join(','), '--html', `${report}.html`, '--markdown', `${report}.md`]
const child = spawn(process.execPath, [join(root, 'dist/pgha.js'), ...words, '--junit', `${report}.xml`], {
  stdio: 'inherit',
})
const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
const lines = (await readFile(`${report}.md`, 'utf8')).split('\n').length
say(`reports: ${report}.html ${report}.md ${report}.xml (${lines} lines); results in ${folder}`)
process.exitCode = found.length === wanted.length ? (code ?? 1) : 1
