import type { DrillResult } from '../drill/result.ts'
import { boundText, type FaultRow, faultRows, overall, secondsText, seedText } from './drill-rows.ts'
import type { Palette } from './palette.ts'
import { table } from './table.ts'

/** The summary at the end of a drill: a line per fault, then what has to be known about it. */
export function drillText(result: DrillResult, colors: Palette): string {
  const rows = faultRows(result)
  const head = [
    'fault',
    'rounds',
    'no writes: median',
    'worst',
    'bound',
    'lost VIP',
    'inside',
    'whole after',
    '',
  ]
  const lines = table([head, ...rows.map(cellsOf)]).split('\n')
  const remarks = rows.flatMap(({ fault, remarks: of }) => of.map((remark) => `  ${fault}: ${remark}`))
  const early = result.endedEarly === undefined ? [] : [`ended early: ${result.endedEarly}`]
  const paint = (line: string, verdict: FaultRow['verdict'] | undefined) => {
    if (verdict === 'fail') return colors.red(line)
    return verdict === 'inconclusive' || verdict === 'not tested' ? colors.yellow(line) : line
  }
  const verdict = `${overall(result)}: ${result.scope}, ${result.replication} replication, seed ${seedText(result)}, run ${result.runId}`
  return [
    ...lines.map((line, index) => (index === 0 ? colors.dim(line) : paint(line, rows[index - 1]?.verdict))),
    ...remarks,
    ...early,
    colors.bold(verdict),
    '',
  ].join('\n')
}

function cellsOf(row: FaultRow): readonly string[] {
  if (row.measured === 0) return [row.fault, `0/${row.rounds}`, '', '', '', '', '', '', row.verdict]
  return [
    ...[row.fault, `${row.measured}/${row.rounds}`, secondsText(row.medianMs), secondsText(row.worstMs)],
    ...[boundText(row), String(row.lostVip), String(row.lostInside), secondsText(row.redundancyWorstMs)],
    row.verdict,
  ]
}
