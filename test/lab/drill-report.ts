// npm run drill:report: drills several clusters, a few labs at a time, and writes one report of all of them.
//   PGHA_REPORT=docs/drill-report   where the reports go (.html, .md, .xml)
//   PGHA_ROUNDS=5                   rounds of each fault on the cluster with profile durable
//   PGHA_LABS=1                     labs at a time, one for each two cores: with less they measure each other
//   PGHA_FAULTS=a,b                 these faults only, to try the report out
//   PGHA_RESULTS=/tmp/results       where results are kept: what a run of the same faults that was cut off has finished is not drilled again
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

import pLimit from 'p-limit'

import type { DrillResult } from '../../src/drill/result.ts'
import { aloneOf, type Part, partsOf } from './drill-parts.ts'
import { down } from './lab.ts'
import { program, runPgha } from './run-pgha.ts'
import { say, secondsSince } from './say.ts'

const root = join(import.meta.dirname, '../..')
const report = process.env['PGHA_REPORT'] ?? join(root, 'docs/drill-report')
const rounds = Number(process.env['PGHA_ROUNDS'] ?? 5)
const labsAtATime = Number(process.env['PGHA_LABS'] ?? Math.max(1, Math.floor(availableParallelism() / 2)))
const limit = pLimit(labsAtATime)
const only = process.env['PGHA_FAULTS']?.split(',')
const folder = process.env['PGHA_RESULTS'] ?? (await mkdtemp(join(tmpdir(), 'pgha-drill-report-')))
await mkdir(folder, { recursive: true })

// Few enough commits that several labs on two cores do not measure each other.
const load = ['--writers', '4', '--think', '50']

/** Drills a part on its lab; gives the file of its result, or undefined when there is none. */
async function drilled(part: Part): Promise<string | undefined> {
  const start = Date.now()
  const name = `${part.label} ${part.lab}`
  const file = join(folder, `${part.lab}.json`)
  try {
    const lab = await part.build(part.lab, folder)
    say(`drill ${name}: ${part.faults.length} faults, ${part.rounds} rounds; log ${folder}/${part.lab}.log`)
    const words = ['drill', '--faults', part.faults.join(','), '--rounds', String(part.rounds), '--seed', '1']
    const log = join(folder, `${part.lab}.log`)
    const [, json] = await runPgha(lab, [...words, ...load, '--yes', '--json', ...part.words], log)
    if (json === '') throw new Error(`no result: ${log}`)
    await writeFile(`${file}.new`, json)
    await rename(`${file}.new`, file)
    say(`drill ${name}: done in ${secondsSince(start)} s`)
    return file
  } catch (error) {
    say(`drill ${name}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  } finally {
    await down({ lab: part.lab })
  }
}

/** The result that an earlier run has left of a part, if it did. Throws where that was told other faults or rounds. */
async function keptOf({ lab, faults, rounds: wanted }: Part): Promise<string | undefined> {
  const file = join(folder, `${lab}.json`)
  if (!existsSync(file)) return undefined
  const { trials } = JSON.parse(await readFile(file, 'utf8')) as DrillResult
  const found = [...new Set(trials.map(({ fault }) => fault))]
  // A fault that cannot be done here has one trial, however many rounds were asked for.
  const most = Math.max(...trials.map(({ round }) => round))
  if (found.toSorted().join() === faults.toSorted().join() && most === wanted) return file
  throw new Error(`${file}: ${most} rounds of ${found.join(', ')}, which is not what is asked for now`)
}

const chosen = (parts: readonly Part[]) =>
  parts
    .map((part) => ({ ...part, faults: part.faults.filter((id) => only?.includes(id) ?? true) }))
    .filter(({ faults }) => faults.length > 0)
const [together, alone] = [chosen(partsOf(rounds)), labsAtATime > 1 ? chosen([aloneOf(rounds)]) : []]
// Before an hour has gone by.
const kept = new Map<Part, string | undefined>()
for (const part of [...together, ...alone]) kept.set(part, await keptOf(part))
const resultOf = async (part: Part) => kept.get(part) ?? (await drilled(part))
const files = await Promise.all(together.map((part) => limit(() => resultOf(part))))
for (const part of alone) files.push(await resultOf(part))
const found = files.filter((file) => file !== undefined)
const words = ['drill', '--from', found.join(','), '--html', `${report}.html`, '--markdown', `${report}.md`]
const child = spawn(process.execPath, [program, ...words, '--junit', `${report}.xml`], { stdio: 'inherit' })
const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
const lines = (await readFile(`${report}.md`, 'utf8')).split('\n').length
say(`reports: ${report}.html ${report}.md ${report}.xml (${lines} lines); results in ${folder}`)
process.exitCode = files.length === found.length ? (code ?? 1) : 1
