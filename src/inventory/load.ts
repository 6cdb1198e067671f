import type * as z from 'zod'
import { InputError, type Problem } from '../shared/errors.ts'
import { sourceText } from '../shared/source.ts'
import { schemaChecker } from './check-schema.ts'
import type { RawHost } from './hosts.ts'
import type { Host, Inventory } from './inventory.ts'
import { sourceAt } from './locate.ts'
import { type HostProblem, joinHosts, sortProblems } from './problems.ts'
import { type ReadOptions, readHosts } from './read-hosts.ts'
import { shownPath } from './reading.ts'
import { type SchemaHints, schemaHints } from './schema-hints.ts'

export interface LoadOptions<V> extends ReadOptions {
  readonly schema: z.ZodType<V>
  /** Values that count where a host does not say, by what it does say. */
  readonly underlay?: (host: RawHost) => RawHost
}

/** The inventory with complaints instead of an exception, for checks that want to add theirs. */
export interface Draft<V> {
  /** With those hosts only that passed the schema. */
  readonly inventory: Inventory<V>
  /** All hosts as they were written; none when a file could not be understood. */
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
  const read = readHosts({ knows: fieldsOf(options.schema), ...options })
  const { underlay = (host: RawHost) => host } = options
  const raw = read.hosts.map(underlay)
  const check = schemaChecker(options.schema)
  const wrong: HostProblem[] = []
  const checkedOf = (some: readonly RawHost[]) =>
    some.flatMap((host) => {
      const checked = check(host)
      if (checked.ok) return [hostOf(host, checked.vars)]
      wrong.push(...checked.problems)
      return []
    })
  const [hosts, absent] = [checkedOf(raw), checkedOf(read.absent.map(underlay))]
  const count = read.hosts.length + read.absent.length
  const problems = [...read.problems, ...news(joinHosts(wrong, count), read.problems)]
  return {
    inventory: { file: shownPath(options.file), hosts, absent, groups: read.groups },
    raw,
    problems: sortProblems(problems, read.files),
    files: read.files,
  }
}

// Worked out at the first question: most inventories never ask.
function fieldsOf(schema: z.ZodType): (path: readonly string[]) => boolean {
  let hints: SchemaHints | undefined
  return (path) => (hints ??= schemaHints(schema)).field(path) !== undefined
}

/** A host with a way back to where its variables were written. */
export function hostOf<V>({ name, groups, vars: tree }: RawHost, vars: V): Host<V> {
  return { name, groups, vars, sourceOf: (path) => sourceAt(tree, path) }
}

// A value that could not be read is empty to the schema; one complaint about its place is enough.
function news(found: readonly Problem[], known: readonly Problem[]): readonly Problem[] {
  const places = new Set(known.map(({ source }) => (source === undefined ? '' : sourceText(source))))
  return found.filter(({ source }) => source === undefined || !places.has(sourceText(source)))
}
