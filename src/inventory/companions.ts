import { type Dirent, readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { didYouMean } from './did-you-mean.ts'
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
  // Files before folders, so that NAME/*.yaml wins over NAME.yaml.
  const sorted = entriesOf(options.folder).sort((a, b) => Number(a.isDirectory()) - Number(b.isDirectory()))
  for (const entry of sorted) {
    const path = join(options.folder, entry.name)
    const name = entry.isDirectory() ? entry.name : nameOf(entry.name, options.known)
    if (name === undefined || !isKnown(reading, path, name, options)) continue
    const files = entry.isDirectory() ? yamlFiles(path) : [path]
    found.set(name, [...(found.get(name) ?? []), ...files.flatMap((file) => readVars(reading, file))])
  }
  return found
}

function readVars(reading: Reading, file: string): readonly MapNode[] {
  const vars = asMap(reading, readTree(reading, file), '')
  return vars === undefined ? [] : [vars]
}

// n1.yaml is about n1. A plain file n1 is what Ansible would read: named here, so that it is not passed over.
function nameOf(file: string, known: readonly string[]): string | undefined {
  if (isYaml(file)) return basename(file, extname(file))
  return known.includes(file) ? file : undefined
}

function isKnown(reading: Reading, path: string, name: string, { kind, known }: CompanionOptions): boolean {
  const source = { file: shownPath(path), line: 1, column: 1 }
  if (!known.includes(name)) {
    const hint = didYouMean(name, known)
    complain(reading, {
      message: `there is no ${kind} ${name}`,
      source,
      ...(hint === undefined ? {} : { hint }),
    })
    return false
  }
  return true
}

function yamlFiles(folder: string): readonly string[] {
  const files = entriesOf(folder).filter((entry) => !entry.isDirectory() && isYaml(entry.name))
  return files.map((entry) => join(folder, entry.name))
}

function isYaml(file: string): boolean {
  return !file.startsWith('.') && ['.yaml', '.yml'].includes(extname(file))
}

function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter((entry) => !entry.name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
