import type { Options } from 'yargs'

import type { Command } from './context.ts'

/** A command, as the command line knows it. */
export interface InventoryCommand {
  readonly name: string
  readonly describe: string
  readonly options: Readonly<Record<string, Options>>
  /** Each command is loaded only when it is the one that runs. */
  readonly load: () => Promise<{ readonly command: Command }>
}

const out = {
  out: { type: 'string', default: '.', requiresArg: true, describe: 'Folder for the new inventory' },
  force: { type: 'boolean', default: false, describe: 'Replace files that are there' },
} as const satisfies Record<string, Options>

const importOptions = {
  ...out,
  'vault-password-file': {
    type: 'string',
    array: true,
    nargs: 1,
    default: [],
    requiresArg: true,
    describe: 'File with a password of ansible-vault, or a program that prints it',
  },
  'ask-vault-pass': { type: 'boolean', default: false, describe: 'Ask for the password of ansible-vault' },
} as const satisfies Record<string, Options>

const initOptions = {
  ...out,
  host: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [],
    requiresArg: true,
    describe: 'A node, as NAME=ADDRESS; once for each',
  },
  vip: { type: 'string', requiresArg: true, describe: 'The virtual address that clients connect to' },
  scope: { type: 'string', requiresArg: true, describe: 'Name of the cluster; default: main' },
  user: { type: 'string', requiresArg: true, describe: 'Login on the nodes; others than root need sudo' },
  'pg-version': { type: 'string', requiresArg: true, describe: 'Version of PostgreSQL; default: 17' },
} as const satisfies Record<string, Options>

const explainOptions = {
  'all-profiles': { type: 'boolean', default: false, describe: 'All profiles side by side' },
} as const satisfies Record<string, Options>

/** Commands that write inventories, or write about them. */
export const inventoryCommands: readonly InventoryCommand[] = [
  {
    name: 'import <from> <path>',
    describe: 'Turn an Ansible inventory into one of pgha: import ansible PATH',
    options: importOptions,
    load: () => import('./commands/import.ts'),
  },
  {
    name: 'init',
    describe: 'Write the inventory of a new cluster, with new passwords',
    options: initOptions,
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'schema [kind]',
    describe: 'Print the JSON Schema of the inventory (or of vars files: schema vars), for editors',
    options: {},
    load: () => import('./commands/schema.ts'),
  },
  {
    name: 'explain <subject>',
    describe: 'Compute how long writes fail at worst, per fault: explain rto; contacts nobody',
    options: explainOptions,
    load: () => import('./commands/explain.ts'),
  },
]
