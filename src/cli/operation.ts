import type { Intent, Operated, OperationOptions } from '../actions/operation.ts'
import { healthText, isHealthy } from '../report/health-text.ts'
import { intentText } from '../report/intent-text.ts'
import { PghaError } from '../shared/errors.ts'
import type { Arguments } from './arguments.ts'
import { ask } from './ask.ts'
import type { Command, CommandContext } from './context.ts'
import { exit } from './exit.ts'

/** A command that does something to the running cluster: shows what, asks unless told not to, does it, shows health. */
export function operationCommand(
  run: (options: OperationOptions, given: Arguments) => Promise<Operated>,
): Command {
  return async (context) => {
    const { arguments: given, options, colors, print } = context
    const { dryRun } = given
    const confirm = (intent: Intent) => confirmed(intent, context)
    const operated = await run({ ...options, dryRun, confirm }, given)
    const { intent, done, health, runId } = operated
    if (given.json) print(`${JSON.stringify(operated, null, 2)}\n`)
    else if (done)
      print(`${colors.bold(`Done: ${intent.title}; run ${runId}.`)}\n${healthText(health, colors)}`)
    else if (dryRun || intent.steps.length === 0) print(intentText(intent, colors))
    if (dryRun && intent.steps.length > 0) return exit.pending
    return isHealthy(health) ? exit.ok : exit.unhealthy
  }
}

/** Shows an intent and asks, unless told not to. */
export async function confirmed(
  intent: Intent,
  { arguments: given, colors, print }: CommandContext,
): Promise<boolean> {
  if (!given.json) print(intentText(intent, colors))
  if (given.yes) return true
  if (given.json || !process.stdin.isTTY) {
    throw new PghaError('refused', 'this has to be confirmed, and there is nobody to ask', {
      hint: 'look at it with --dry-run, then run it with --yes',
    })
  }
  return ask('Go ahead?')
}
