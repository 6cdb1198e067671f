import { isHole } from '../inventory/ansible/complete.ts'
import type { InventoryFile } from '../inventory/ansible/files.ts'
import type { Winner } from '../inventory/ansible/precedence.ts'
import type { Project } from '../inventory/ansible/project.ts'
import type { Setting, Translation } from '../inventory/ansible/translation.ts'
import { shownPath } from '../inventory/reading.ts'
import { type Problem, problemText } from '../shared/errors.ts'
import { sourceText } from '../shared/source.ts'

/** What became of an Ansible inventory. Holds no values, so that no password can be among them. */
export interface ImportSummary {
  readonly from: readonly string[]
  readonly hosts: readonly string[]
  /** Hosts of Ansible that are not part of the cluster. */
  readonly leftOut: readonly string[]
  readonly mapped: readonly Mapped[]
  /** Variables without a place in pgha, kept as comments. */
  readonly comments: readonly Kept[]
  /** Variables that others took their values from. */
  readonly referred: readonly Kept[]
  /** Definitions behind a stronger one. */
  readonly overridden: readonly Kept[]
  /** What pgha made up, since any value will do. */
  readonly madeUp: readonly Missing[]
  /** What the operator has to fill in before the inventory can be used. */
  readonly fillIn: readonly Missing[]
  /** Environment variables that have to be set. */
  readonly environment: readonly string[]
  readonly files: readonly { readonly path: string; readonly isSecret: boolean }[]
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

export interface Mapped {
  /** The variable, or the template. */
  readonly from: string
  readonly at: string
  readonly to: string
}

export interface Kept {
  readonly variable: string
  readonly at: string
  readonly reason: string
}

export interface Missing {
  readonly setting: string
  /** Where in the new files. */
  readonly at: string
  readonly why: string
}

export interface SummaryOptions {
  readonly translation: Translation
  readonly project: Project
  readonly files: readonly InventoryFile[]
  /** Of the new files. */
  readonly folder: string
  /** What is noteworthy about the new inventory. */
  readonly warnings: readonly Problem[]
}

/** Accounts for every variable. */
export function summaryOf({ translation, project, files, folder, warnings }: SummaryOptions): ImportSummary {
  const lines = files.flatMap(({ path, settings }) =>
    [...settings].map(([line, setting]) => ({ at: `${shownPath(joined(folder, path))}:${line}`, setting })),
  )
  const missing = (wanted: (setting: Setting) => boolean): readonly Missing[] =>
    lines
      .filter(({ setting }) => wanted(setting))
      .map(({ at, setting }) => ({ setting: setting.path.join('.'), at, why: setting.remark ?? '' }))
  return {
    from: project.sources.inventories.map(shownPath),
    hosts: translation.hosts,
    leftOut: translation.leftOut,
    mapped: mappedIn(translation),
    comments: translation.leftovers.map(({ item: { variable, reason } }) => kept(variable, reason)),
    referred: translation.referred.map((one) => kept(one, 'by way of another variable or a template')),
    overridden: translation.overridden.map((one) => kept(one, 'a stronger definition holds on all hosts')),
    madeUp: missing((setting) => setting.from === 'pgha'),
    fillIn: missing(isHole),
    environment: [...new Set(translation.settings.flatMap(({ item }) => item.environment ?? []))],
    files: files.map(({ path, isSecret }) => ({ path: shownPath(joined(folder, path)), isSecret })),
    notes: [...translation.notes.map(problemText), ...renames(translation), ...unread(translation)],
    warnings: warnings.map(problemText),
  }
}

function kept({ name, value }: Winner, reason: string): Kept {
  return { variable: name, at: sourceText(value.source), reason }
}

function mappedIn({ settings }: Translation): readonly Mapped[] {
  const found = settings.flatMap(({ item }) =>
    item.source === undefined || isHole(item)
      ? []
      : [{ from: item.from, at: sourceText(item.source), to: item.path.join('.') }],
  )
  return [...new Map(found.map((one) => [`${one.at} ${one.to}`, one])).values()]
}

function renames({ renamed }: Translation): readonly string[] {
  return renamed.map(([before, after]) => `${before} is called ${after} here: pgha's names are stricter`)
}

// Said once, and always: it is what an import cannot know.
function unread({ settings }: Translation): readonly string[] {
  const hasVersion = settings.some(({ item }) => item.path.join('.') === 'postgresql.version')
  const version = 'postgresql.version: nothing says which; without it pgha builds PostgreSQL 17'
  return hasVersion ? [] : [version]
}

function joined(folder: string, path: string): string {
  return folder === '.' ? path : `${folder}/${path}`
}
