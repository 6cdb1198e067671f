import type { CheckResult } from '../cluster/checks/check.ts'
import type { Palette } from './palette.ts'

/** One line per check, and the verdict. */
export function healthText(results: readonly CheckResult[], colors: Palette): string {
  const width = Math.max(...results.map(({ check }) => check.length))
  const lines = results.map(({ check, ok, summary }) => {
    const mark = ok ? colors.green('ok  ') : colors.red('FAIL')
    return `  ${mark} ${check.padEnd(width)}  ${summary}`
  })
  const failed = results.filter(({ ok }) => !ok).length
  const verdict =
    failed === 0
      ? colors.green('healthy')
      : colors.red(`unhealthy: ${failed} of ${results.length} checks failed`)
  return [...lines, colors.bold(verdict), ''].join('\n')
}

/** True when every check holds. */
export function isHealthy(results: readonly CheckResult[]): boolean {
  return results.every(({ ok }) => ok)
}
