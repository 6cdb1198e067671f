import { table } from './table.ts'

/** What `rtoText` shows; the shape of the action's result. */
export interface RtoReport {
  readonly cases: readonly {
    readonly fault: string
    readonly seconds: number
    readonly formula: string
    readonly values: string
  }[]
  readonly fencingMarginSeconds: number
  readonly symbols: Readonly<Record<string, string>>
}

/** A table of faults, the margin by which a hung leader is cut off in time, and what the letters mean. */
export function rtoText({ cases, fencingMarginSeconds, symbols }: RtoReport): string {
  const rows = cases.map(({ fault, seconds, formula, values }) => [
    fault,
    secondsText(seconds),
    formula,
    values,
  ])
  const letters = Object.entries(symbols).map(([letter, meaning]) => [`  ${letter}`, meaning])
  return `${table([['fault', 'writes fail for', 'formula', 'values'], ...rows])}

fencing margin ${fencingMarginSeconds} s: a hung leader is cut off that long before another one may be promoted

${table(letters)}
`
}

/** What `profilesText` shows; the shape of the action's result. */
export type ProfileReport = { readonly profile: string } & (
  Pick<RtoReport, 'cases' | 'fencingMarginSeconds'> | { readonly refused: string }
)

/** A table of faults with a column for each profile that fits the inventory; the others with the reason. */
export function profilesText(reports: readonly ProfileReport[]): string {
  const fitting = reports.flatMap((report) => ('cases' in report ? [report] : []))
  const faults = [...new Set(fitting.flatMap(({ cases }) => cases.map(({ fault }) => fault)))]
  const rows = faults.map((fault) => [
    fault,
    ...fitting.map(({ cases }) => secondsText(cases.find((one) => one.fault === fault)?.seconds ?? 0)),
  ])
  const margins = ['fencing margin', ...fitting.map((report) => `${report.fencingMarginSeconds} s`)]
  const head = ['fault', ...fitting.map(({ profile }) => profile)]
  const refused = reports.flatMap((report) =>
    'refused' in report ? [`${report.profile} does not fit this inventory: ${report.refused}`] : [],
  )
  return `${[table([head, ...rows, margins]), ...refused].join('\n')}\n`
}

/** Hours are nobody's promise: what ends only with the fault says so. */
function secondsText(seconds: number): string {
  if (seconds === 0) return 'no time'
  return Number.isFinite(seconds) ? `<= ${seconds} s` : 'as long as the fault'
}
