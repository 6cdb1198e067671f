// npm run bench: pgha beside Ansible and bare ssh, in one run on one lab. A report, never a failing test.
import { existsSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'

import { attach, type Lab, up } from '../lab/lab.ts'
import { measureAllRoles } from './all-roles.ts'
import { measureAnsible } from './ansible.ts'
import { type Figure, figureOf, inTurn, type Sample, timed } from './measure.ts'

const root = join(import.meta.dirname, '../..')
// GNU time tells the peak memory; where it is not installed, the rest is measured without.
const time = existsSync('/usr/bin/time') ? '/usr/bin/time -v ' : ''
const pgha = `${time}${process.execPath} ${root}/dist/pgha.js`
// Each installs a whole cluster: a minute or two.
const coldRuns = 3
const runs = Number(process.env['PGHA_BENCH_RUNS'] ?? 5)
const packages = 'postgresql-15 patroni python3-consul python3-psycopg2 curl consul haproxy keepalived'

function onAll(lab: Lab, command: string): string {
  const each = lab.nodes.map(({ name }) => `ssh -F ${lab.sshConfigPath} ${name} '${command}' &`)
  return `${each.join(' ')} wait`
}

function seconds({ median, min, max }: Figure): string {
  return `${median.toFixed(2)} s (${min.toFixed(2)}–${max.toFixed(2)})`
}

function times(figure: Figure, floor: Figure): string {
  return `${seconds(figure)} = ${(figure.median / floor.median).toFixed(2)} × floor`
}

const flavor = 'debian12'
const freshNodes = { flavor, kind: 'bare', nodes: 3, fresh: true } as const

async function bareTransaction(): Promise<Sample> {
  const install = `export DEBIAN_FRONTEND=noninteractive; apt-get update -q && apt-get install -y -q --no-install-recommends ${packages}`
  return timed(onAll(await up(freshNodes), install))
}

async function coldApply(): Promise<Sample> {
  const { inventoryPath } = await up(freshNodes)
  return timed(`${pgha} apply --yes -i ${inventoryPath}`)
}

console.error('bench: a bare package transaction and a cold apply, each on fresh nodes, in turn')
const [bares, colds]: [Sample[], Sample[]] = [[], []]
for (let run = 0; run < coldRuns; run++) {
  bares.push(await bareTransaction())
  colds.push(await coldApply())
}
const [bare, cold] = [figureOf(bares), figureOf(colds)]
const lab = await attach()
if (lab === undefined) throw new Error('the lab is gone')
console.error('bench: applies with nothing to do, and ssh host true to all nodes, in turn')
const [noop, floor] = await inTurn([`${pgha} apply --yes -i ${lab.inventoryPath}`, onAll(lab, 'true')], runs)
const [versionRun, nodeRun] = await inTurn(
  [`${process.execPath} ${root}/dist/pgha.js --version`, `${process.execPath} -e 0`],
  runs,
)
console.error('bench: the same with all roles of the article on')
const apply = (inventory: string) => `${pgha} apply --yes -i ${inventory}`
const allRoles = await measureAllRoles(lab, apply, onAll(lab, 'true'), runs)
console.error('bench: the same cluster by Ansible, on fresh nodes (minutes)')
const ansible = await measureAnsible(await up(freshNodes), runs)

const report = [
  `# Benchmark of ${new Date().toISOString().slice(0, 10)}`,
  '',
  `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, three ${flavor} nodes as containers on the same machine, load ${loadavg()[0]?.toFixed(1) ?? ''}.`,
  `Medians of ${runs} runs (on fresh nodes: ${coldRuns}) with minimum and maximum; compare ratios, these machines are noisy.`,
  'NODE_EXTRA_CA_CERTS is unset: Node reads its certificates at each start, before pgha.',
  '',
  '| what | measured | to reach |',
  '|---|---|---|',
  `| floor: \`ssh host true\` to all nodes in parallel | ${seconds(floor)} | |`,
  `| \`pgha apply --yes\` with nothing to do | ${times(noop, floor)} | ≤ 1.5 × |`,
  `| the same with all roles on | ${times(allRoles.noop, allRoles.floor)} | ≤ 1.5 × |`,
  `| of which to start, log in and become root (\`--tags hostname\`) | ${times(allRoles.login, allRoles.floor)} | |`,
  'skipped' in ansible
    ? `| Ansible with nothing to do | not measured: ${ansible.skipped} | |`
    : `| Ansible with nothing to do | ${seconds(ansible.noop)} = ${(ansible.noop.median / noop.median).toFixed(0)} × pgha | ≥ 30 × |`,
  `| \`pgha --version\` | ${seconds(versionRun)} = ${(versionRun.median / nodeRun.median).toFixed(2)} × \`node -e 0\` | ≤ 1.3 × |`,
  `| peak memory of the apply | ${noop.peakMb?.toFixed(0) ?? '?'} MB | ≤ 120 MB |`,
  `| a bare package transaction on all nodes in parallel | ${seconds(bare)} | |`,
  `| cold \`pgha apply\`, to a healthy cluster | ${seconds(cold)} = ${(cold.median / bare.median).toFixed(2)} × the transaction | ≤ 1.15 × |`,
  'skipped' in ansible
    ? ''
    : `| cold Ansible run, without waiting for a healthy cluster | ${ansible.cold.toFixed(1)} s | |`,
  '',
]
const text = report.join('\n')
writeFileSync(join(root, 'docs/bench.md'), text)
console.log(text)
