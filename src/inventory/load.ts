import { dirname, join } from 'node:path'
import type * as z from 'zod'
import { InputError, type Problem } from '../shared/errors.ts'
import { sourceText } from '../shared/source.ts'
import { schemaChecker } from './check-schema.ts'
import { readCompanions } from './companions.ts'
import { readExtraVars } from './extra-vars.ts'
import { type RawHost, mergeHosts } from './hosts.ts'
import type { Host, Inventory } from './inventory.ts'
import { type Layout, layoutOf } from './layout.ts'
import { sourceAt } from './locate.ts'
import { hostsOfGroups } from './memberships.ts'
import { type HostProblem, joinHosts, sortProblems } from './problems.ts'
import { type Reading, complain, readTree, shownPath } from './reading.ts'

export interface LoadOptions<V> {
  /** The inventory; `group_vars/` and `host_vars/` are looked for beside it. */
  readonly file: string
  readonly schema: z.ZodType<V>
  /** What `-e` was given: `haproxy.primary_port=5002` or `@file.yaml`. */
  readonly extraVars?: readonly string[]
  /** Where `!env NAME` looks; by default the environment of the process. */
  readonly env?: NodeJS.ProcessEnv
}

/** The inventory with complaints instead of an exception, for checks that want to add theirs. */
export interface Draft<V> {
  /** Hosts that passed the schema. */
  readonly inventory: Inventory<V>
  /** All hosts, as they were written. */
  readonly raw: readonly RawHost[]
  readonly problems: readonly Problem[]
  /** For `sortProblems`. */
  readonly files: readonly string[]
}

/** Reads, merges and checks the inventory. Throws an `InputError` with all that is wrong, in the order of the files. */
export function loadInventory<V>(options: LoadOptions<V>): Inventory<V> {
  const { inventory, problems } = draftInventory(options)
  if (problems.length > 0) throw new InputError(problems)
  return inventory
}

/** Like `loadInventory`, but hands back what it could understand together with the complaints. */
export function draftInventory<V>(options: LoadOptions<V>): Draft<V> {
  const reading: Reading = { env: options.env ?? process.env, problems: [], files: [], broken: [] }
  const { layout, raw } = readHosts(reading, options)
  const check = schemaChecker(options.schema)
  const hosts: Host<V>[] = []
  const wrong: HostProblem[] = []
  for (const host of reading.broken.length > 0 ? [] : raw) {
    const checked = check(host)
    if (checked.ok) hosts.push(hostOf(host, checked.vars))
    else wrong.push(...checked.problems)
  }
  const problems = [...reading.problems, ...news(joinHosts(wrong, raw.length), reading.problems)]
  return {
    inventory: { file: shownPath(options.file), hosts, groups: hostsOfGroups(layout) },
    raw,
    problems: sortProblems(problems, reading.files),
    files: reading.files,
  }
}

/** A host with a way back to where its variables were written. */
export function hostOf<V>({ name, groups, vars: tree }: RawHost, vars: V): Host<V> {
  return { name, groups, vars, sourceOf: (path) => sourceAt(tree, path) }
}

function readHosts<V>(
  reading: Reading,
  { file, extraVars = [] }: LoadOptions<V>,
): { layout: Layout; raw: readonly RawHost[] } {
  const tree = readTree(reading, file)
  const start = { file: shownPath(file), line: 1, column: 1 }
  if (tree === undefined) {
    if (reading.problems.length === 0) complain(reading, { message: 'the inventory is empty', source: start })
    return { layout: { vars: undefined, groups: new Map() }, raw: [] }
  }
  const layout = layoutOf(reading, tree)
  const hosts = [...new Set([...layout.groups.values()].flatMap((group) => [...group.hosts.keys()]))]
  const folder = dirname(file)
  const groupVars = readCompanions(reading, {
    folder: join(folder, 'group_vars'),
    kind: 'group',
    known: ['all', ...layout.groups.keys()],
  })
  const hostVars = readCompanions(reading, { folder: join(folder, 'host_vars'), kind: 'host', known: hosts })
  const overlays = readExtraVars(reading, extraVars)
  if (hosts.length === 0 && reading.problems.length === 0) {
    complain(reading, {
      message: 'there is no host',
      source: start,
      hint: 'hosts stand under groups.NAME.hosts',
    })
  }
  return { layout, raw: mergeHosts(reading, { layout, groupVars, hostVars, overlays }) }
}

// A value that could not be read is empty to the schema; one complaint about its place is enough.
function news(found: readonly Problem[], known: readonly Problem[]): readonly Problem[] {
  const places = new Set(known.map(({ source }) => (source === undefined ? '' : sourceText(source))))
  return found.filter(({ source }) => source === undefined || !places.has(sourceText(source)))
}
