import { type Disruption, disruptions } from '../engine/disruption.ts'
import { InputError } from '../shared/errors.ts'
import { flagName, listOption, type Raw, wordsOption } from './raw.ts'

/** The command line, checked: yargs gives numbers that are none, and values that are not what they seem. */
export interface Arguments {
  readonly inventory: string
  readonly extraVars: readonly string[]
  readonly limit: readonly string[] | undefined
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  readonly forks: number
  readonly json: boolean
  readonly logFile: string | undefined
  readonly acceptNew: boolean
  readonly skipUnreachable: readonly string[]
  readonly dryRun: boolean
  readonly yes: boolean
  readonly breakLock: boolean
  /** All options as they were given, for what only one command takes. */
  readonly raw: Raw
  readonly maxDisruption: Disruption
  readonly verbose: boolean
  readonly to: string | undefined
  readonly at: string | undefined
  readonly member: string | undefined
  readonly rolling: boolean
  readonly forceRemove: readonly string[]
  readonly deleteData: boolean
}

/** Throws an InputError that names the option. */
export function checkArguments(raw: Raw): Arguments {
  return {
    inventory: text(raw, 'inventory') ?? 'inventory.yaml',
    extraVars: listOption(raw, 'extraVars'),
    limit: raw['limit'] === undefined ? undefined : wordsOption(raw, 'limit'),
    tags: wordsOption(raw, 'tags'),
    skipTags: wordsOption(raw, 'skipTags'),
    forks: count(raw, 'forks'),
    json: raw['json'] === true,
    logFile: text(raw, 'logFile'),
    acceptNew: raw['acceptNew'] === true,
    skipUnreachable: wordsOption(raw, 'skipUnreachable'),
    dryRun: raw['dryRun'] === true,
    yes: raw['yes'] === true,
    breakLock: raw['breakLock'] === true,
    raw,
    maxDisruption: disruption(raw),
    verbose: raw['verbose'] === true,
    to: text(raw, 'to'),
    at: text(raw, 'at'),
    member: text(raw, 'member'),
    rolling: raw['rolling'] === true,
    forceRemove: wordsOption(raw, 'forceRemove'),
    deleteData: raw['deleteData'] === true,
  }
}

function text(raw: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = raw[name]
  if (value === undefined) return undefined
  if (typeof value === 'string' && value !== '') return value
  throw new InputError([{ message: `--${flagName(name)} is given once, with one value` }])
}

function count(raw: Readonly<Record<string, unknown>>, name: string): number {
  const value = raw[name]
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw new InputError([{ message: `--${flagName(name)} takes a whole number above 0` }])
}

function disruption(raw: Readonly<Record<string, unknown>>): Disruption {
  const written = text(raw, 'maxDisruption') ?? 'switchover'
  const known = disruptions.find((one) => one === written)
  if (known !== undefined) return known
  throw new InputError([{ message: `--max-disruption takes one of ${disruptions.join(', ')}` }])
}
