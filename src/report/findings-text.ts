import type { Finding } from '../cluster/doctor/finding.ts'
import { redact } from '../shared/secret.ts'
import type { Palette } from './palette.ts'

/** What the doctor found: cause and node, the line that shows it, what to do. */
export function findingsText(findings: readonly Finding[], colors: Palette): string {
  if (findings.length === 0) return `${colors.green('No known trouble found.')}\n`
  const blocks = findings.map(({ cause, host, evidence, remedy }) => [
    `${colors.red(cause)}  ${colors.cyan(host)}`,
    `       ${colors.dim('|')} ${evidence}`,
    `${colors.dim('try  ')}  ${remedy}`,
  ])
  const count = `${findings.length} ${findings.length === 1 ? 'cause' : 'causes'} found`
  return redact([...blocks.flat(), colors.bold(count), ''].join('\n'))
}
