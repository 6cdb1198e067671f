import yargs from 'yargs'

import { errorJson, errorText } from '../report/error-text.ts'
import { palette } from '../report/palette.ts'
import { InputError } from '../shared/errors.ts'
import { checkArguments } from './arguments.ts'
import { type Command, withContext } from './context.ts'
import { exit, exitCodeOf } from './exit.ts'
import { Interruption } from './interruption.ts'
import { operations } from './operations.ts'
import { inventoryCommands } from './inventory-commands.ts'
import { optionHint } from './option-hint.ts'
import { Output } from './output.ts'
import { recordCommands } from './record-commands.ts'
import { wantsColor } from './screen.ts'
import {
  applyOptions,
  commonOptions,
  listOptions,
  planOptions,
  removalOptions,
  tagOptions,
} from './options.ts'
import { version } from './version.ts'

/** Runs the command line and gives the exit code. Nothing else ends the process. */
export async function run(words: readonly string[]): Promise<number> {
  const wantsJson = words.includes('--json')
  const interruption = new Interruption()
  interruption.listen()
  const output = new Output()
  output.watch()
  return output.settled(await codeOf(words, interruption, wantsJson))
}

async function codeOf(
  words: readonly string[],
  interruption: Interruption,
  wantsJson: boolean,
): Promise<number> {
  try {
    return await dispatch(words, interruption)
  } catch (thrown) {
    if (wantsJson) process.stdout.write(`${JSON.stringify({ error: errorJson(thrown) }, null, 2)}\n`)
    process.stderr.write(errorText(thrown, palette(wantsColor(process.stderr))))
    return exitCodeOf(thrown)
  }
}

type Load = () => Promise<{ readonly command: Command }>

/**
 * Each command is loaded only when it is the one that runs, and it runs outside of yargs: that lays out its whole help
 * when a handler returns, asked for or not, which takes longer than all the rest it does.
 */
async function dispatch(words: readonly string[], interruption: Interruption): Promise<number> {
  const runs = (load: Load) => (raw: Readonly<Record<string, unknown>>) => {
    const parsed = checkArguments(raw)
    throw new Chosen(async () => withContext((await load()).command, parsed, words, interruption))
  }
  const parser = yargs([...words])
    .scriptName('pgha')
    .usage(
      '$0 <command> -i inventory.yaml\n\nBuilds and keeps a high-availability PostgreSQL cluster over SSH.',
    )
    .parserConfiguration({ 'greedy-arrays': false })
    .detectLocale(false)
    .options(commonOptions)
    .command(
      'diff',
      'Show what apply would change; change nothing',
      { ...tagOptions, ...listOptions, ...planOptions, ...removalOptions },
      runs(() => import('./commands/diff.ts')),
    )
    .command(
      'apply',
      'Make the nodes what the inventory says',
      { ...tagOptions, ...listOptions, ...planOptions, ...removalOptions, ...applyOptions },
      runs(() => import('./commands/apply.ts')),
    )
    .command(
      'verify',
      'Prove that the cluster is healthy',
      {},
      runs(() => import('./commands/verify.ts')),
    )
    .command(
      'status',
      'Show members, roles, lag and the VIP',
      {},
      runs(() => import('./commands/status.ts')),
    )
    .command(
      'doctor',
      'Name the known causes of trouble, with the line that shows each and what to do',
      {},
      runs(() => import('./commands/doctor.ts')),
    )
    .command(
      'validate',
      'Check the inventory without contacting anything',
      tagOptions,
      runs(() => import('./commands/validate.ts')),
    )
    .demandCommand(1, 'Which command? See pgha --help')
    .recommendCommands()
    .strict()
    .version(version())
    .help()
    .exitProcess(false)
    .wrap(Math.min(110, process.stdout.columns || 110))
    .fail((message: string | undefined, error: Error | undefined) => {
      // yargs has an error of its own for an option without its value.
      if (error !== undefined && error.name !== 'YError') throw error
      throw new InputError([
        { message: message ?? 'the command line is wrong', hint: optionHint(message, words) },
      ])
    })
  for (const { name, describe, options, load } of [...operations, ...recordCommands]) {
    parser.command(name, describe, options, runs(load))
  }
  for (const { name, describe, options, load } of inventoryCommands) {
    parser.command(name, describe, options, runs(load))
  }
  try {
    await parser.parseAsync()
    return exit.ok
  } catch (thrown) {
    if (thrown instanceof Chosen) return thrown.run()
    throw thrown
  }
}

/** Thrown out of yargs by the command that was given. */
class Chosen extends Error {
  readonly run: () => Promise<number>

  constructor(run: () => Promise<number>) {
    super('a command was chosen')
    this.run = run
  }
}
