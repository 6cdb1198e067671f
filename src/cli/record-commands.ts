import type { OperationCommand } from './operations.ts'
import { applyOptions, disruptionOptions } from './options.ts'

/** What an operator does with the records of past runs. */
export const recordCommands: readonly OperationCommand[] = [
  {
    name: 'history',
    describe: 'List the runs that changed the nodes: who, when, what, and how they ended',
    options: {},
    load: () => import('./commands/history.ts'),
  },
  {
    name: 'rollback <run>',
    describe: 'Put the files of a run back as they were before it',
    options: {
      ...disruptionOptions,
      ...applyOptions,
      'remove-created': {
        type: 'boolean',
        default: false,
        describe: 'Remove the files that the run made',
      },
    },
    load: () => import('./commands/rollback.ts'),
  },
]
