import type { Options } from 'yargs'

import { drillOptions } from './drill-options.ts'
import type { Command } from './context.ts'
import { operationOptions, restartOptions, switchoverOptions, toOption, upgradeOptions } from './options.ts'

/** A command for a running cluster, as the command line knows it. */
export interface OperationCommand {
  readonly name: string
  readonly describe: string
  readonly options: Readonly<Record<string, Options>>
  /** Each command is loaded only when it is the one that runs. */
  readonly load: () => Promise<{ readonly command: Command }>
}

/** What an operator does to a running cluster. */
export const operations: readonly OperationCommand[] = [
  {
    name: 'switchover',
    describe: 'Hand the leadership to another member in good order',
    options: switchoverOptions,
    load: () => import('./commands/switchover.ts'),
  },
  {
    name: 'failover',
    describe: 'Make a member the leader when there is none',
    options: { ...operationOptions, ...toOption },
    load: () => import('./commands/failover.ts'),
  },
  {
    name: 'restart',
    describe: 'Restart PostgreSQL in turn: replicas, a switchover, the former leader',
    options: restartOptions,
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'reinit <member>',
    describe: 'Throw away the data of a replica and clone it anew',
    options: operationOptions,
    load: () => import('./commands/reinit.ts'),
  },
  {
    name: 'upgrade',
    describe: 'Upgrade the packages of the cluster, one node at a time',
    options: upgradeOptions,
    load: () => import('./commands/upgrade.ts'),
  },
  {
    name: 'pause',
    describe: 'Take the cluster into maintenance mode',
    options: operationOptions,
    load: () => import('./commands/pause.ts'),
  },
  {
    name: 'resume',
    describe: 'Take the cluster out of maintenance mode',
    options: operationOptions,
    load: () => import('./commands/resume.ts'),
  },
  {
    name: 'drill',
    describe: 'Break the cluster on purpose and measure: outage, lost writes, split brain',
    options: drillOptions,
    load: () => import('./commands/drill.ts'),
  },
]
