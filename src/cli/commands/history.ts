import { history } from '../../actions/history.ts'
import { historyText } from '../../report/history-text.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'

/** Exit code 1 when a node could not be asked: what it knows is missing then. */
export const command: Command = async ({ arguments: { json }, options, colors, print }) => {
  const found = await history(options)
  print(json ? `${JSON.stringify(found, null, 2)}\n` : historyText(found, colors))
  return found.unreachable.length === 0 ? exit.ok : exit.failed
}
