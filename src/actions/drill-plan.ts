import * as z from 'zod'

import { type Fault } from '../drill/faults/fault.ts'
import { faults, suites } from '../drill/faults/index.ts'
import { type Random } from '../drill/random.ts'
import { didYouMean } from '../inventory/did-you-mean.ts'
import { sourceAt } from '../inventory/locate.ts'
import { pathText } from '../inventory/path-text.ts'
import { readTree, type Reading } from '../inventory/reading.ts'
import { schemaMessage } from '../inventory/schema-messages.ts'
import { plainValue } from '../inventory/tree.ts'
import { InputError } from '../shared/errors.ts'

/** One round that is to be. */
export interface PlannedRound {
  readonly fault: Fault
  readonly round: number
  /** In s; the fault's own when undefined. */
  readonly hold: number | undefined
  /** Seconds to wait before it. */
  readonly waitFor: number
  /** In place of what the formulas and the fault say. */
  readonly expect: { readonly outage?: number | undefined; readonly moves?: boolean | undefined }
}

export interface PlanOptions {
  readonly faults: readonly string[]
  readonly suite: string | undefined
  readonly file: string | undefined
  readonly rounds: number
  readonly hold: number | undefined
}

/** The rounds of a drill in their order. Throws an InputError that names what is wrong. */
export function planRounds(options: PlanOptions, random: Random): readonly PlannedRound[] {
  const given = [options.faults.length > 0, options.suite !== undefined, options.file !== undefined]
  if (given.filter(Boolean).length > 1) {
    throw new InputError([{ message: '--faults, --suite and --plan exclude each other' }])
  }
  if (options.file !== undefined) return roundsOfFile(options.file, options)
  const suite = options.suite ?? 'standard'
  const names = options.faults.length > 0 ? options.faults : namesOf(suite)
  const chosen = names.map((name) => faultNamed(name))
  const each = chosen.flatMap((fault) => repeated(fault, options.rounds, options.hold))
  return suite === 'soak' && options.faults.length === 0 ? shuffled(each, random) : each
}

function repeated(fault: Fault, rounds: number, hold: number | undefined): readonly PlannedRound[] {
  return Array.from({ length: rounds }, (_, index) => ({
    ...{ fault, round: index + 1, hold, waitFor: 0, expect: {} },
  }))
}

function namesOf(suite: string): readonly string[] {
  const names = suites[suite]
  if (names !== undefined) return names
  throw new InputError([{ message: `--suite takes one of ${Object.keys(suites).join(', ')}` }])
}

function faultNamed(name: string): Fault {
  const found = faults.find(({ id }) => id === name)
  if (found !== undefined) return found
  const ids = faults.map(({ id }) => id)
  const hint = didYouMean(name, ids) ?? 'pgha drill --list names them'
  throw new InputError([{ message: `there is no fault ${JSON.stringify(name)}`, hint }])
}

const Steps = z
  .array(
    z.strictObject({
      fault: z.enum(faults.map(({ id }) => id) as [string, ...string[]]),
      rounds: z.int().min(1).max(1000).default(1),
      hold: z.int().min(1).max(86_400).optional(),
      wait_for: z.int().min(0).max(86_400).default(0),
      expect: z
        .strictObject({ outage: z.number().min(0).optional(), moves: z.boolean().optional() })
        .default({}),
    }),
  )
  .min(1)

/** A plan of one's own: a list of steps, each with a fault. */
function roundsOfFile(file: string, { rounds, hold }: PlanOptions): readonly PlannedRound[] {
  const reading: Reading = { env: {}, problems: [], files: [], broken: [] }
  const tree = readTree(reading, file)
  if (reading.problems.length > 0) throw new InputError(reading.problems)
  if (tree === undefined) throw new InputError([{ message: `${file} has no steps` }])
  const result = Steps.safeParse(plainValue(tree), { error: schemaMessage })
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message, ...issue }) => {
      const words = path.map((step) => (typeof step === 'symbol' ? String(step) : step))
      const keys = issue.code === 'unrecognized_keys' ? `: unknown key ${issue.keys.join(', ')}` : ''
      return { message: `${message}${keys}`, source: sourceAt(tree, words), path: pathText(words) }
    })
    throw new InputError(problems)
  }
  return result.data.flatMap((step) =>
    Array.from({ length: step.rounds * rounds }, (_, index) => ({
      ...{ fault: faultNamed(step.fault), round: index + 1, hold: step.hold ?? hold },
      ...{ waitFor: step.wait_for, expect: step.expect },
    })),
  )
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item)
}

/** What there is to choose from. */
export function listFaults(): {
  readonly faults: readonly Pick<Fault, 'id' | 'victim' | 'what'>[]
  readonly suites: Readonly<Record<string, readonly string[]>>
} {
  return { faults: faults.map(({ id, victim, what }) => ({ id, victim, what })), suites }
}
