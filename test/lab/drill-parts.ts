import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { exit } from '../../src/cli/exit.ts'
import { faults } from '../../src/drill/faults/index.ts'
import { articleLab } from './article.ts'
import { type Lab, up } from './lab.ts'
import { noPlaybook } from './playbook.ts'
import { runPgha } from './run-pgha.ts'

/** A drill on a lab of its own; parts with the same label become one column of the report. */
export interface Part {
  readonly lab: string
  readonly label: string
  readonly faults: readonly string[]
  readonly rounds: number
  /** Boots the lab and builds the cluster; logs go to `folder`. */
  readonly build: (lab: string, folder: string) => Promise<Lab>
  /** What `pgha drill` is told besides. */
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

const pghaCluster =
  (profile: string): Part['build'] =>
  async (lab, folder) => {
    const built = await up({ flavor: 'debian13', kind: 'ready', nodes: 3, fresh: true, lab })
    const packages =
      'command -v nft && command -v tc || { apt-get -qq update && apt-get -qq install -y nftables; }'
    await Promise.all(built.nodes.map(({ name }) => built.exec(name, packages)))
    await runPgha(built, ['apply', '-e', `profile=${profile}`, '--yes'], join(folder, `${lab}-apply.log`))
    return built
  }

// A disk of its own for the WAL, small enough to be filled; memory, so that it is gone with the node.
const smallDisk = `mkdir -p /mnt/wal && mount -t tmpfs -o size=1g,mode=0700,uid=$(id -u postgres),gid=$(id -g postgres) tmpfs /mnt/wal
systemctl stop patroni
cd /var/lib/postgresql/17/main && cp -a pg_wal/. /mnt/wal/ && rm -rf pg_wal && ln -s /mnt/wal pg_wal && chown -h postgres: pg_wal
systemctl start patroni`

const walOnItsOwnDisk: Part['build'] = async (lab, folder) => {
  const built = await pghaCluster('durable')(lab, folder)
  for (const { name } of built.nodes) {
    await built.exec(name, smallDisk)
    await healthy(built, folder)
  }
  return built
}

async function healthy(lab: Lab, folder: string): Promise<void> {
  for (let left = 30; left > 0; left--) {
    const [verdict] = await runPgha(lab, ['verify'], join(folder, `${lab.name}-verify.log`))
    if (verdict === exit.ok) return
    await sleep(2_000)
  }
  throw new Error(`lab ${lab.name} is not healthy after a minute`)
}

/** The same list for several labs: each takes one in as many. */
function dealt(labs: readonly string[], list: readonly string[]): readonly Pick<Part, 'lab' | 'faults'>[] {
  return labs.map((lab, nth) => ({
    lab,
    faults: list.filter((_, index) => index % labs.length === nth),
  }))
}

const durable = {
  label: 'durable',
  words: ['-e', 'profile=durable', '--label', 'pgha, durable'],
}

/** What the report compares; those that may share the machine first. What Ansible installs keeps it busy for minutes, when nobody measures yet. */
export function partsOf(rounds: number): readonly Part[] {
  const article = {
    ...{ label: 'article', rounds: 1, build: articleLab },
    words: ['--reinit', '--label', "the article's playbook"],
  }
  const balanced = {
    ...{ label: 'balanced', rounds: Math.min(rounds, 3), build: pghaCluster('balanced') },
    words: ['-e', 'profile=balanced', '--label', 'pgha, balanced (default)'],
  }
  return [
    ...(noPlaybook() === undefined ? dealt(['j', 'l'], all).map((deal) => ({ ...article, ...deal })) : []),
    ...dealt(['h', 'i'], promised).map((deal) => ({ ...balanced, ...deal })),
    ...dealt(['e', 'f', 'g', 'k'], all).map((deal) => ({
      ...durable,
      rounds,
      build: pghaCluster('durable'),
      ...deal,
    })),
    { ...durable, rounds, build: walOnItsOwnDisk, lab: 'm', faults: [diskFull] },
  ]
}

/** Where a bound is half a second or two, another lab on the same machine counts: once without one. */
export function aloneOf(rounds: number): Part {
  return {
    ...{ lab: 'n', label: 'alone', faults: ['switchover', 'patroni-stop', 'patroni-kill'], rounds },
    build: pghaCluster('balanced'),
    words: ['-e', 'profile=balanced', '--label', 'the same, with the machine for itself'],
  }
}
