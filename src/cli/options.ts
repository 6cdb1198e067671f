import type { Options } from 'yargs'

import { disruptions } from '../engine/disruption.ts'
import { defaultForks } from '../engine/fleet.ts'

/** Words separated by commas, from an option that may be given several times. */
export function list(value: unknown): readonly string[] {
  return [value]
    .flat()
    .flatMap((one) => String(one).split(','))
    .filter((one) => one !== '')
}

/** Options that every command takes. */
export const commonOptions = {
  inventory: {
    alias: 'i',
    type: 'string',
    default: 'inventory.yaml',
    requiresArg: true,
    describe: 'The inventory',
  },
  'extra-vars': {
    alias: 'e',
    type: 'string',
    array: true,
    nargs: 1,
    default: [],
    requiresArg: true,
    describe: 'Set one variable (haproxy.maxconn=900) or take a file (@vars.yaml); wins over all else',
  },
  limit: { alias: 'l', coerce: list, requiresArg: true, describe: 'Hosts and groups that may be changed' },
  forks: {
    alias: 'f',
    type: 'number',
    default: defaultForks,
    requiresArg: true,
    describe: 'Hosts worked on at once',
  },
  json: { type: 'boolean', default: false, describe: 'The result as JSON on stdout' },
  'log-file': { type: 'string', requiresArg: true, describe: 'Append all events to this file, as NDJSON' },
  'accept-new': {
    type: 'boolean',
    default: false,
    describe: 'Trust and remember host keys seen for the first time',
  },
  'skip-unreachable': {
    coerce: list,
    defaultDescription: 'none',
    requiresArg: true,
    describe: 'Hosts that may be unreachable, by name, while the DCS keeps its quorum',
  },
} as const satisfies Record<string, Options>

/** Options that choose what is looked at. */
export const tagOptions = {
  tags: {
    alias: 't',
    coerce: list,
    defaultDescription: 'all',
    requiresArg: true,
    describe: 'Only what has one of these tags',
  },
  'skip-tags': {
    coerce: list,
    defaultDescription: 'none',
    requiresArg: true,
    describe: 'Not what has one of these tags',
  },
} as const satisfies Record<string, Options>

/** Options that ask what a run would be about, instead of running. */
export const listOptions = {
  'list-tags': { type: 'boolean', default: false, describe: 'Only list the tags; contact nobody' },
  'list-hosts': { type: 'boolean', default: false, describe: 'Only list the hosts; contact nobody' },
  'list-resources': {
    type: 'boolean',
    default: false,
    describe: 'Only list the resources; read facts, compare nothing',
  },
} as const satisfies Record<string, Options>

/** The most that a run may disturb. */
export const disruptionOptions = {
  'max-disruption': {
    type: 'string',
    choices: disruptions,
    default: 'switchover',
    requiresArg: true,
    describe: 'Refuse what would disturb more than this',
  },
} as const satisfies Record<string, Options>

/** Options of what shows a plan. */
export const planOptions = {
  ...disruptionOptions,
  verbose: {
    alias: 'v',
    type: 'boolean',
    default: false,
    describe: 'List too what is there and nobody named; it stays',
  },
} as const satisfies Record<string, Options>

/** Options of what may take hosts under `absent:` from the cluster. */
export const removalOptions = {
  'force-remove': {
    coerce: list,
    defaultDescription: 'none',
    requiresArg: true,
    describe: 'Hosts under absent that go although too few are left, by name',
  },
  'delete-data': {
    type: 'boolean',
    default: false,
    describe: 'Delete the data of hosts under absent, for ever',
  },
} as const satisfies Record<string, Options>

/** Options of apply. */
export const applyOptions = {
  'dry-run': {
    alias: 'n',
    type: 'boolean',
    default: false,
    describe: 'Show what would change; same as pgha diff',
  },
  yes: { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' },
  'break-lock': {
    type: 'boolean',
    default: false,
    describe: 'End what a run that gives no sign of life still does on a node, and take its lock',
  },
} as const satisfies Record<string, Options>

/** Options of every command that does something to the running cluster. */
export const operationOptions = {
  ...disruptionOptions,
  'dry-run': {
    alias: 'n',
    type: 'boolean',
    default: false,
    describe: 'Show what would be done and whom it disturbs',
  },
  yes: applyOptions.yes,
} as const satisfies Record<string, Options>

/** Who leads next. */
export const toOption = {
  to: { type: 'string', requiresArg: true, describe: 'The next leader, by its name or its host' },
} as const satisfies Record<string, Options>

/** Options of switchover. */
export const switchoverOptions = {
  ...operationOptions,
  ...toOption,
  at: { type: 'string', requiresArg: true, describe: 'When, such as 2026-11-22T03:00; now by default' },
  cancel: {
    type: 'boolean',
    conflicts: ['to', 'at'],
    describe: 'Take back the switchover that waits for its time',
  },
} as const satisfies Record<string, Options>

/** Options of restart. */
export const restartOptions = {
  ...operationOptions,
  member: { type: 'string', requiresArg: true, conflicts: 'rolling', describe: 'Only this member' },
  rolling: {
    type: 'boolean',
    describe: 'All members in turn; by default those that owe a restart',
  },
} as const satisfies Record<string, Options>

/** Options of upgrade. */
export const upgradeOptions = {
  ...operationOptions,
  minor: {
    type: 'boolean',
    default: false,
    describe: 'To the newest versions that the repositories of the nodes have',
  },
} as const satisfies Record<string, Options>
