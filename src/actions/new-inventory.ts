import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

import { loadSite } from '../roles/site.ts'
import { InputError, type Problem } from '../shared/errors.ts'

/** A file of an inventory that is not there yet. */
export interface NewFile {
  /** Relative to the folder of the inventory. */
  readonly path: string
  readonly text: string
  /** Only its owner may read it. */
  readonly isSecret: boolean
}

export interface NewInventory {
  /** The folder that gets inventory.yaml, group_vars/ and host_vars/. */
  readonly folder: string
  readonly files: readonly NewFile[]
  /** Whether files that are there may be replaced. */
  readonly force: boolean
  /** Makes of a complaint what the operator can act on; undefined: it is expected, and no reason to refuse. */
  readonly explain?: (problem: Problem) => Problem | undefined
}

/**
 * Writes the files of an inventory, each whole or not at all, once they are valid together. Throws an `InputError` when
 * they are not, and when something is in their place. Gives the warnings about them.
 */
export function writeInventory({
  folder,
  files,
  force,
  explain = (problem) => problem,
}: NewInventory): readonly Problem[] {
  refuseOthers(folder, files, force)
  const made = mkdirSync(folder, { recursive: true })
  const draft = mkdtempSync(join(folder, '.pgha-new-'))
  let isWritten = false
  try {
    for (const file of files) writeDraft(draft, file)
    const { problems, warnings } = check(draft, folder)
    const unexpected = problems.flatMap((problem) => explain(problem) ?? [])
    if (unexpected.length > 0) throw new InputError(unexpected)
    isWritten = true
    for (const { path } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      renameSync(join(draft, path), join(folder, path))
    }
    return warnings
  } finally {
    rmSync(draft, { recursive: true, force: true })
    if (!isWritten && made !== undefined) rmSync(made, { recursive: true, force: true })
  }
}

function writeDraft(draft: string, { path, text, isSecret }: NewFile): void {
  mkdirSync(dirname(join(draft, path)), { recursive: true })
  writeFileSync(join(draft, path), text, { mode: isSecret ? 0o600 : 0o644, flag: 'wx' })
}

interface Checked {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

function check(draft: string, folder: string): Checked {
  const moved = (problem: Problem): Problem => movedTo(folder, draft, problem)
  try {
    const { warnings } = loadSite({ file: join(draft, 'inventory.yaml'), env: process.env })
    return { problems: [], warnings: warnings.map(moved) }
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown
    return { problems: thrown.problems.map(moved), warnings: [] }
  }
}

// Complaints name the places where the files will be.
function movedTo(folder: string, draft: string, problem: Problem): Problem {
  const shown = (text: string): string =>
    [draft, relative(process.cwd(), resolve(draft))].reduce(
      (before, path) => before.replaceAll(`${path}/`, folder === '.' ? '' : `${folder}/`),
      text,
    )
  const { source, message } = problem
  const place = source === undefined ? {} : { source: { ...source, file: shown(source.file) } }
  return { ...problem, message: shown(message), ...place }
}

function refuseOthers(folder: string, files: readonly NewFile[], force: boolean): void {
  const own = new Set(files.map(({ path }) => path))
  const inTheWay = [...own].filter((path) => !force && existsSync(join(folder, path)))
  const foreign = ['group_vars', 'host_vars'].flatMap((name) =>
    namesIn(join(folder, name))
      .map((file) => join(name, file))
      .filter((path) => !own.has(path)),
  )
  const problems = [
    ...inTheWay.map((path) => ({
      message: `${join(folder, path)} is there already`,
      hint: 'another folder with --out DIR, or --force',
    })),
    ...foreign.map((path) => ({
      message: `${join(folder, path)} would be read with the new inventory`,
      hint: 'move it away, or take another folder with --out DIR',
    })),
  ]
  if (problems.length > 0) throw new InputError(problems)
}

function namesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((name) => !name.startsWith('.'))
}
