import type { Palette } from './palette.ts'
import { table } from './table.ts'

/** What `importText` shows; the shape of the action's result. */
export interface ImportReport {
  readonly from: readonly string[]
  readonly hosts: readonly string[]
  readonly leftOut: readonly string[]
  readonly mapped: readonly { readonly from: string; readonly at: string; readonly to: string }[]
  readonly comments: readonly { readonly variable: string; readonly at: string; readonly reason: string }[]
  readonly referred: readonly { readonly variable: string; readonly at: string; readonly reason: string }[]
  readonly overridden: readonly { readonly variable: string; readonly at: string; readonly reason: string }[]
  readonly madeUp: readonly { readonly setting: string; readonly at: string; readonly why: string }[]
  readonly fillIn: readonly { readonly setting: string; readonly at: string; readonly why: string }[]
  readonly environment: readonly string[]
  readonly files: readonly { readonly path: string; readonly isSecret: boolean }[]
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

/** What became of an Ansible inventory, variable by variable, and what is left to do. */
export function importText(report: ImportReport, colors: Palette): string {
  const { from, hosts, leftOut, mapped, comments, referred, overridden, madeUp, fillIn } = report
  const kept = (rows: ImportReport['comments']) =>
    rows.map(({ variable, at, reason }) => [variable, at, reason])
  const missing = (rows: ImportReport['madeUp']) => rows.map(({ setting, at, why }) => [setting, at, why])
  return [
    colors.bold(`Imported ${from.join(', ')}: ${hosts.join(', ')}.`),
    ...(leftOut.length === 0
      ? []
      : [`Left out: ${leftOut.join(', ')} (--limit says which hosts to import).`]),
    ...part(colors, 'Taken over', joinMapped(mapped)),
    ...part(colors, 'Taken over by way of others', kept(referred)),
    ...part(colors, 'Kept as comments', kept(comments)),
    ...part(colors, 'Without effect in Ansible either', kept(overridden)),
    ...part(colors, 'Made up', missing(madeUp)),
    ...part(
      colors,
      'To be looked at',
      [...report.notes, ...report.warnings].map((note) => [note]),
    ),
    ...part(
      colors,
      'Written',
      report.files.map(({ path, isSecret }) => [path, isSecret ? 'holds passwords: mode 0600' : '']),
    ),
    ...part(
      colors,
      'Set in the environment',
      report.environment.map((name) => [name]),
    ),
    ...part(colors, 'Fill in', missing(fillIn)),
    '',
    nextStep(report),
    '',
  ].join('\n')
}

function part(colors: Palette, title: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  return ['', colors.bold(title), table(rows.map((row) => row.map(indent)))]
}

function indent(cell: string, column: number): string {
  return column === 0 ? `  ${cell}` : cell
}

/** One row for what came from the variables of one name, whatever the number of hosts. */
function joinMapped(mapped: ImportReport['mapped']): readonly (readonly string[])[] {
  const rows = new Map<string, { readonly from: string; readonly to: string; readonly places: string[] }>()
  for (const { from, to, at } of mapped) {
    const known = rows.get(`${from} ${to}`)
    if (known === undefined) rows.set(`${from} ${to}`, { from, to, places: [at] })
    else known.places.push(at)
  }
  return [...rows.values()].map(({ from, to, places }) => {
    const [first = ''] = places
    return [from, `→ ${to}`, places.length === 1 ? first : `${first} and ${places.length - 1} more`]
  })
}

function nextStep({ fillIn, files }: ImportReport): string {
  const inventory = files[0]?.path ?? 'inventory.yaml'
  if (fillIn.length > 0) return `Fill in what is missing, then check: pgha validate -i ${inventory}`
  return `Next: pgha diff -i ${inventory} shows what pgha would change on the nodes, and changes nothing.`
}
