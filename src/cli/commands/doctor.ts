import { doctor } from '../../actions/doctor.ts'
import { findingsText } from '../../report/findings-text.ts'
import { redact } from '../../shared/secret.ts'
import type { Command } from '../context.ts'
import { exit } from '../exit.ts'

/** Exit code 3 when something was found. */
export const command: Command = async ({ arguments: { json }, options, colors, print }) => {
  const findings = await doctor(options)
  const asJson = () => redact(`${JSON.stringify({ healthy: findings.length === 0, findings }, null, 2)}\n`)
  print(json ? asJson() : findingsText(findings, colors))
  return findings.length === 0 ? exit.ok : exit.unhealthy
}
