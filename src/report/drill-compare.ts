import type { DrillResult } from '../drill/result.ts'
import { type FaultRow, faultRows, secondsText } from './drill-rows.ts'

/** One fault on several clusters, side by side; undefined where it was not part of the drill. */
export interface ComparedRow {
  readonly fault: string
  readonly what: string
  readonly cells: readonly (FaultRow | undefined)[]
}

/** All faults of all results, in the order of their first appearance. */
export function compared(results: readonly DrillResult[]): readonly ComparedRow[] {
  const columns = results.map((result) => new Map(faultRows(result).map((row) => [row.fault, row])))
  const ids = [...new Set(columns.flatMap((column) => [...column.keys()]))]
  return ids.map((fault) => {
    const cells = columns.map((column) => column.get(fault))
    return { fault, what: cells.find((cell) => cell !== undefined)?.what ?? '', cells }
  })
}

/** `2.10 / 2.40 s, lost 0 + 12, split 3`; `-` where the fault was not part of the drill. */
export function cellText(row: FaultRow | undefined): string {
  if (row === undefined) return '-'
  if (row.measured === 0) return 'not tested'
  const worst = secondsText(row.worstMs)
  const rounds = row.measured === 1 ? worst : `${secondsText(row.medianMs).replace(' s', '')} / ${worst}`
  const harm = [
    ...(row.lostVip + row.lostInside > 0 ? [`lost ${row.lostVip} + ${row.lostInside}`] : []),
    ...(row.splitAcks > 0 ? [`split ${row.splitAcks}`] : []),
    ...(Number.isFinite(row.redundancyWorstMs) ? [] : ['not whole again by itself']),
  ]
  return [rounds, ...harm].join(', ')
}
