import { redact } from '../shared/secret.ts'
import type { Palette } from './palette.ts'
import { table } from './table.ts'

/** What `historyText` shows; the shape of the action's result. */
export interface HistoryReport {
  readonly runs: readonly {
    readonly id: string
    readonly by: { readonly user: string; readonly host: string }
    readonly command: string
    readonly started: string
    readonly outcome: string
    readonly hosts: readonly { readonly host: string; readonly files: readonly unknown[] }[]
  }[]
  readonly unreachable: readonly string[]
}

/** Runs as a table, newest first: run, when, who, what, how it ended, nodes, files. */
export function historyText({ runs, unreachable }: HistoryReport, colors: Palette): string {
  const notes = unreachable.map((note) => colors.red(note))
  if (runs.length === 0) return [...notes, 'No run has changed these nodes yet.', ''].join('\n')
  const rows = runs.map(({ id, by, command, started, outcome, hosts }) => {
    const files = hosts.reduce((sum, host) => sum + host.files.length, 0)
    const when = started.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')
    return [
      id,
      when,
      `${by.user}@${by.host}`,
      outcome,
      hosts.map(({ host }) => host).join(' '),
      String(files),
      command,
    ]
  })
  const shown = table([['run', 'started', 'by', 'outcome', 'nodes', 'files', 'command'], ...rows])
  return redact([...notes, shown, ''].join('\n'))
}
