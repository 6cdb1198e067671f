import type { Options } from 'yargs'

import { list } from './options.ts'

/** Options of drill. */
export const drillOptions = {
  list: { type: 'boolean', default: false, describe: 'Only list the faults and suites; contact nobody' },
  faults: {
    coerce: list,
    defaultDescription: 'those of the suite',
    requiresArg: true,
    describe: 'Faults by name, in this order',
  },
  suite: {
    type: 'string',
    requiresArg: true,
    describe: 'smoke, standard (default), full, or soak: all again and again in a random order',
  },
  plan: { type: 'string', requiresArg: true, describe: 'A YAML file with steps of your own' },
  rounds: { type: 'number', default: 1, requiresArg: true, describe: 'How often each fault comes' },
  hold: {
    type: 'number',
    requiresArg: true,
    describe: 'Seconds that a fault stays; by default longer than its worst case',
  },
  seed: { type: 'number', default: 1, requiresArg: true, describe: 'Decides phases, order and victims' },
  writers: { type: 'number', default: 6, requiresArg: true, describe: 'Clients that write all the time' },
  think: {
    type: 'number',
    default: 10,
    requiresArg: true,
    describe: 'Milliseconds that a writer waits after each acknowledgement, on average',
  },
  grace: {
    type: 'number',
    default: 60,
    requiresArg: true,
    describe: 'A node heals itself so many seconds after pgha should have',
  },
  reinit: {
    type: 'boolean',
    default: false,
    describe: 'Clone a replica anew that does not come back by itself, so that the next round can begin',
  },
  on: {
    type: 'string',
    requiresArg: true,
    describe: 'The scope of the cluster; needed on one that is marked as production',
  },
  'ack-log': {
    type: 'string',
    requiresArg: true,
    describe: 'Append each acknowledged write to this file, as NDJSON',
  },
  junit: { type: 'string', requiresArg: true, describe: 'Write the result as JUnit XML' },
  html: { type: 'string', requiresArg: true, describe: 'Write the report as one HTML file' },
  markdown: { type: 'string', requiresArg: true, describe: 'Write the report as Markdown' },
  label: { type: 'string', requiresArg: true, describe: 'Names this drill in reports of several' },
  from: {
    coerce: list,
    defaultDescription: 'none',
    requiresArg: true,
    describe: 'Only report what drills printed with --json: these files, side by side; contact nobody',
  },
  yes: { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' },
} as const satisfies Record<string, Options>
