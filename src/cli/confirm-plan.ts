import type { Plan } from '../engine/plan.ts'
import { planText } from '../report/plan-text.ts'
import { PghaError } from '../shared/errors.ts'
import { ask } from './ask.ts'
import type { CommandContext } from './context.ts'

/** Shows a plan and asks whether it shall be carried out. */
export async function confirmPlan(
  plan: Plan,
  title: string,
  { arguments: given, colors, print }: CommandContext,
): Promise<boolean> {
  if (!given.json) print(planText(plan, { title, hosts: plan.hosts, colors, isVerbose: given.verbose }))
  if (given.yes) return true
  if (given.json || !process.stdin.isTTY) {
    throw new PghaError('refused', 'changes are pending, and there is nobody to ask', {
      hint: 'look at the plan, then run it with --yes',
    })
  }
  return ask('Carry out this plan?')
}
