import { readdirSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { didYouMean } from './did-you-mean.ts'
import { nameText } from './path-text.ts'
import { reasonOf } from './read-text.ts'
import { type Reading, asMap, complain, readTree, shownPath } from './reading.ts'
import type { MapNode } from './tree.ts'

/** Variables from `group_vars/` or `host_vars/`: for each name its files, weakest first. */
export type Companions = ReadonlyMap<string, readonly MapNode[]>

export interface CompanionOptions {
  readonly folder: string
  /** What a name stands for, in messages. */
  readonly kind: 'group' | 'host'
  readonly known: readonly string[]
}

/** Reads NAME.yaml, then NAME/*.yaml in sorted order. A missing folder is no error, a name nobody has is one. */
export function readCompanions(reading: Reading, options: CompanionOptions): Companions {
  const found = new Map<string, readonly MapNode[]>()
  for (const path of namesIn(reading, options.folder)) {
    const folder = isFolder(path)
    const name = folder ? basename(path) : nameOf(basename(path), options.known)
    if (name === undefined || !isKnown(reading, path, name, options)) continue
    const files = folder ? namesIn(reading, path).filter(isYaml) : [path]
    const vars = files.flatMap((file) => asMap(reading, readTree(reading, file)) ?? [])
    const before = found.get(name) ?? []
    // NAME/*.yaml wins over NAME.yaml, whatever the order of the names.
    found.set(name, folder ? [...before, ...vars] : [...vars, ...before])
  }
  return found
}

// n1.yaml is about n1. A plain file n1 is what Ansible would read: taken too, so that it is not passed over.
function nameOf(file: string, known: readonly string[]): string | undefined {
  if (isYaml(file)) return basename(file, extname(file))
  return known.includes(file) ? file : undefined
}

function isKnown(reading: Reading, path: string, name: string, { kind, known }: CompanionOptions): boolean {
  if (known.includes(name)) return true
  const source = startOf(path)
  reading.files.push(source.file)
  const problem = { message: `there is no ${kind} ${nameText(name)}`, source }
  const hint = didYouMean(name, known)
  complain(reading, hint === undefined ? problem : { ...problem, hint })
  return false
}

function isYaml(path: string): boolean {
  return ['.yaml', '.yml'].includes(extname(path))
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function namesIn(reading: Reading, folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'))
    return names.sort().map((name) => join(folder, name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    complain(reading, { message: reasonOf(error), source: startOf(folder) })
    return []
  }
}

function startOf(path: string) {
  return { file: shownPath(path), line: 1, column: 1 }
}
