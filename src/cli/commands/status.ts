import { status } from '../../actions/status.ts'
import { isStatusHealthy, statusText } from '../../report/status-text.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'

/** Exit code 3 when the cluster is not whole. */
export const command: Command = async ({ arguments: { json }, options, colors, print }) => {
  const found = await status(options)
  const asJson = { ...found, reasons: Object.fromEntries(found.reasons) }
  print(json ? `${JSON.stringify(asJson, null, 2)}\n` : statusText(found, colors))
  return isStatusHealthy(found) ? exit.ok : exit.unhealthy
}
