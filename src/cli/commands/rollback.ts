import { rollback } from '../../actions/rollback.ts'
import { planText } from '../../report/plan-text.ts'
import { confirmPlan } from '../confirm-plan.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'
import { flagOption } from '../raw.ts'

const title = 'pgha rollback'

/** Exit code 2 when a dry run has something to do. */
export const command: Command = async (context) => {
  const { arguments: given, options, colors, print } = context
  const { plan, changes, alreadySo, created, runId } = await rollback({
    ...options,
    run: String(given.raw['run']),
    removeCreated: flagOption(given.raw, 'remove-created'),
    dryRun: given.dryRun,
    confirm: (planned) => confirmPlan(planned, title, context),
  })
  const isShown = given.dryRun || plan.changes.length === 0
  if (given.json)
    print(`${JSON.stringify({ runId, plan, changes: changes ?? null, alreadySo, created }, null, 2)}\n`)
  else {
    if (isShown) print(planText(plan, { title, hosts: plan.hosts, colors }))
    if (created.length > 0)
      print(`made by that run, removed only with --remove-created:\n  ${created.join('\n  ')}\n`)
    if (!isShown && changes !== undefined)
      print(colors.bold(`Rolled back ${changes.length} changes; run ${runId}.\n`))
  }
  return given.dryRun && plan.changes.length > 0 ? exit.pending : exit.ok
}
