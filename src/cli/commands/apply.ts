import { apply } from '../../actions/apply.ts'
import { healthText, isHealthy } from '../../report/health-text.ts'
import { planText } from '../../report/plan-text.ts'
import { confirmPlan } from '../confirm-plan.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'
import { command as diffCommand } from './diff.ts'
import { wantsList } from './list.ts'

/** Shows the plan, asks unless told not to, carries it out, and shows the cluster's health. */
export const command: Command = async (context) => {
  const { arguments: given, options, colors, print } = context
  if (given.dryRun || wantsList(given)) return diffCommand(context)
  const applied = await apply({ ...options, confirm: (plan) => confirmPlan(plan, 'pgha apply', context) })
  const { plan, changes, alreadySo, health, runId } = applied
  if (given.json)
    print(`${JSON.stringify({ runId, plan, changes: changes ?? null, alreadySo, health }, null, 2)}\n`)
  else if (plan.changes.length === 0)
    print(planText(plan, { title: 'pgha apply', hosts: plan.hosts, colors, isVerbose: given.verbose }))
  else if (changes !== undefined) print(`${colors.bold(doneText(changes.length, alreadySo.length, runId))}\n`)
  if (health.length > 0 && !given.json) print(healthText(health, colors))
  return isHealthy(health) ? exit.ok : exit.unhealthy
}

function doneText(count: number, alreadySo: number, runId: string): string {
  const already = alreadySo === 0 ? '' : ` ${alreadySo} more ${alreadySo === 1 ? 'was' : 'were'} so already;`
  return `Applied ${count} ${count === 1 ? 'change' : 'changes'};${already} run ${runId}.`
}
