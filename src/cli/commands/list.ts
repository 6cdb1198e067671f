import { listHosts, listResources, listTags } from '../../actions/list.ts'
import { table } from '../../report/table.ts'
import type { Arguments } from '../arguments.ts'
import type { Command, CommandContext } from '../context.ts'
import { exit } from '../exit.ts'
import { flagOption } from '../raw.ts'

/** Whether a run is only asked what it would be about. */
export function wantsList({ raw }: Arguments): boolean {
  return ['list-tags', 'list-hosts', 'list-resources'].some((name) => flagOption(raw, name))
}

/** Says what a run would be about: tags, hosts or resources. */
export const command: Command = async (context) => {
  const { arguments: given, print } = context
  const rows = await listed(context)
  print(given.json ? `${JSON.stringify(rows, null, 2)}\n` : `${table(rows.map(cells))}\n`)
  return exit.ok
}

async function listed({ arguments: { raw }, options }: CommandContext): Promise<readonly object[]> {
  if (flagOption(raw, 'list-tags')) return listTags(options)
  if (flagOption(raw, 'list-hosts')) return listHosts(options)
  return listResources(options)
}

function cells(row: object): readonly string[] {
  return Object.values(row).map((value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value)))
}
