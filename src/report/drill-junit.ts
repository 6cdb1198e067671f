import { type DrillResult, type Trial, verdictOf } from '../drill/result.ts'

/** A suite per drill and a test case per round, as CI systems read it. What is inconclusive is an error there, not a pass. */
export function drillJunit(results: readonly DrillResult[]): string {
  const suites = results.map(suiteText).join('')
  const body = results.length === 1 ? suites : `<testsuites>\n${suites}</testsuites>\n`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}`
}

function suiteText(result: DrillResult): string {
  const verdicts = result.trials.map(verdictOf)
  const count = (verdict: string) => verdicts.filter((one) => one === verdict).length
  const seconds = (Date.parse(result.endedAt) - Date.parse(result.startedAt)) / 1000
  return `<testsuite name="pgha drill ${xml(result.label)}" tests="${result.trials.length}" failures="${count('fail')}" errors="${count('inconclusive')}" skipped="${count('not tested')}" time="${seconds}" timestamp="${result.startedAt}">
${result.trials.map(caseText).join('\n')}
</testsuite>
`
}

function caseText(trial: Trial): string {
  const { fault, round, rounded, assessment } = trial
  const time = rounded.kind === 'measured' ? rounded.series.seconds : 0
  const open = `  <testcase classname="drill" name="${xml(fault)} ${round}" time="${time}"`
  const verdict = verdictOf(trial)
  if (verdict === 'pass') return `${open}/>`
  const reasons = rounded.kind === 'measured' ? (assessment?.reasons ?? []) : [rounded.reason]
  const tag = { fail: 'failure', inconclusive: 'error', 'not tested': 'skipped' }[verdict]
  return `${open}><${tag} message="${xml(reasons.join('; '))}"/></testcase>`
}

/** For text and for attributes in double quotes. */
export function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
}
