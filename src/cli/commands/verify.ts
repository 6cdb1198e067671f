import { verify } from '../../actions/verify.ts'
import { healthText, isHealthy } from '../../report/health-text.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'

/** Exit code 3 when a check fails. */
export const command: Command = async ({ arguments: { json }, options, colors, print }) => {
  const results = await verify(options)
  const healthy = isHealthy(results)
  print(json ? `${JSON.stringify({ healthy, checks: results }, null, 2)}\n` : healthText(results, colors))
  return healthy ? exit.ok : exit.unhealthy
}
