import { diff } from '../../actions/diff.ts'
import { planText } from '../../report/plan-text.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'
import { command as listCommand, wantsList } from './list.ts'

/** Exit code 2 when changes are pending. */
export const command: Command = async (context) => {
  if (wantsList(context.arguments)) return listCommand(context)
  const {
    arguments: { json, verbose: isVerbose },
    options,
    colors,
    print,
  } = context
  const plan = await diff(options)
  print(
    json
      ? `${JSON.stringify(plan, null, 2)}\n`
      : planText(plan, { title: 'pgha diff', hosts: plan.hosts, colors, isVerbose }),
  )
  return plan.changes.length === 0 ? exit.ok : exit.pending
}
