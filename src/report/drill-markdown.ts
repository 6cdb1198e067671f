import type { DrillResult } from '../drill/result.ts'
import { cellText, compared } from './drill-compare.ts'
import { boundText, type FaultRow, faultRows, overall, secondsText, seedText } from './drill-rows.ts'

/** The report for a repository or an issue: drills side by side where there are several, then a section for each. */
export function drillMarkdown(results: readonly DrillResult[]): string {
  const sections = results.flatMap(sectionOf)
  const lines = results.length === 1 ? sections : [...comparison(results), ...sections]
  return lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')
}

/** Outages as median / worst, and what was lost. */
function comparison(results: readonly DrillResult[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`
  return [
    '# Drills side by side',
    '',
    'Longest time without writes, median / worst of the rounds; acknowledged writes lost through the VIP + inside the node of the fault; split brain by acknowledgements.',
    '',
    line(['fault', ...results.map(({ label }) => label)]),
    `|---${'|---'.repeat(results.length)}|`,
    ...compared(results).map(({ fault, cells }) => line([fault, ...cells.map(cellText)])),
    '',
  ]
}

function sectionOf(result: DrillResult): readonly string[] {
  const rows = faultRows(result)
  const tested = rows.filter(({ measured }) => measured > 0)
  const untested = rows.filter(({ measured }) => measured === 0)
  const { machine } = result
  return [
    `# Drill of ${result.label}: ${overall(result)}`,
    '',
    `${result.startedAt} to ${result.endedAt}, run ${result.runId}, seed ${seedText(result)}, ${result.replication} replication, ${result.writers} writers; clients on a machine with ${machine.cpus} CPUs, ${machine.memoryGb} GB, Node ${machine.node}. Configuration ${result.configuration}.`,
    ...(result.endedEarly === undefined ? [] : ['', `Ended early: ${result.endedEarly}.`]),
    ...(result.finished ? [] : ['', 'The drill is not finished.']),
    '',
    '| fault | rounds | no writes, median | worst | bound | acknowledged | lost, VIP | lost, inside | split | whole again after | verdict |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...tested.map(lineOf),
    '',
    ...(rows.some(({ remarks }) => remarks.length > 0) ? ['## Remarks', ''] : []),
    ...rows.flatMap(({ fault, remarks, measured }) =>
      measured === 0 ? [] : remarks.map((one) => `- ${fault}: ${escaped(one)}`),
    ),
    '',
    ...(untested.length > 0 ? ['## Not tested', ''] : []),
    ...untested.map(({ fault, what, remarks }) => `- ${fault} (${what}): ${escaped(remarks.join('; '))}`),
    '',
    '## Circumstances',
    '',
    ...Object.entries(result.settings).map(([name, value]) => `- ${name}: ${value}`),
    ...result.nodes.map(({ host, versions }) => `- ${host}: ${escaped(versions.join(', '))}`),
    '',
  ]
}

function lineOf(row: FaultRow): string {
  const cells = [
    ...[row.fault, `${row.measured}/${row.rounds}`, secondsText(row.medianMs), secondsText(row.worstMs)],
    ...[boundText(row), row.acknowledged, row.lostVip, row.lostInside, row.splitAcks],
    ...[secondsText(row.redundancyWorstMs), row.verdict],
  ]
  return `| ${cells.map((cell) => escaped(String(cell))).join(' | ')} |`
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
}
