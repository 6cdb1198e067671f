import { extname, join } from 'node:path'
import { kindOf } from '../tree.ts'
import { didYouMean } from '../did-you-mean.ts'
import { nameText } from '../path-text.ts'
import { shownPath } from '../reading.ts'
import type { Vars } from './model.ts'
import { type AnsibleReading, readAnsibleYaml } from './reading.ts'
import { isFile, isFolder, namesIn } from './sources.ts'

/** Variables of group_vars/ or host_vars/ of one folder, by name. */
export type VarsFiles = ReadonlyMap<string, Vars>

export interface VarsFilesOptions {
  /** The folder group_vars/ or host_vars/. */
  readonly folder: string
  readonly kind: 'group' | 'host'
  readonly known: readonly string[]
}

const extensions = ['', '.yml', '.yaml', '.json']

/** Reads for each name what Ansible reads: the first of NAME, NAME.yml, NAME.yaml, NAME.json; NAME may be a folder. */
export function readVarsFiles(reading: AnsibleReading, options: VarsFilesOptions): VarsFiles {
  const { folder, known } = options
  const found = new Map<string, Vars>()
  const read = new Set<string>()
  for (const name of known.filter(isFileName)) {
    const path = extensions
      .map((extension) => join(folder, name + extension))
      .find((one) => isFile(one) || isFolder(one))
    if (path === undefined) continue
    read.add(path)
    const vars = filesAt(reading, path).flatMap((file) => [...varsIn(reading, file)])
    found.set(name, new Map(vars))
  }
  noteTheRest(reading, options, read)
  return found
}

// A name from an inventory must not lead out of the folder.
function isFileName(name: string): boolean {
  return !/[/\\\u0000]/.test(name) && name !== '' && name !== '.' && name !== '..'
}

/** Variables of `roles/ROLE/defaults/main.yml`, or of `vars/main.yml`, of all roles of a folder. */
export function readRoleVars(reading: AnsibleReading, folder: string, part: 'defaults' | 'vars'): Vars {
  const roles = namesIn(reading, join(folder, 'roles')).map((role) => join(folder, 'roles', role, part))
  const mains = roles.flatMap((place) => {
    const names = ['main', 'main.yml', 'main.yaml'].map((name) => join(place, name))
    return names.find((path) => isFile(path) || isFolder(path)) ?? []
  })
  const files = mains.flatMap((path) => filesAt(reading, path))
  return new Map(files.flatMap((file) => [...varsIn(reading, file)]))
}

// In a folder, all files with the right ending, folders in it too; later ones win.
function filesAt(reading: AnsibleReading, path: string): readonly string[] {
  if (isFile(path)) return [path]
  return namesIn(reading, path).flatMap((name) => {
    if (!name.endsWith('~') && extensions.includes(extname(name))) return filesAt(reading, join(path, name))
    const source = { file: shownPath(join(path, name)), line: 1, column: 1 }
    reading.notes.push({
      message: 'not read: Ansible takes .yml, .yaml, .json and files without an ending',
      source,
    })
    return []
  })
}

function varsIn(reading: AnsibleReading, file: string): Vars {
  const tree = readAnsibleYaml(reading, file)
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return new Map()
  if (tree.kind === 'map') return new Map([...tree.entries].map(([name, { value }]) => [name, value]))
  reading.problems.push({ message: `expected variables, not ${kindOf(tree)}`, source: tree.source })
  return new Map()
}

function noteTheRest(
  reading: AnsibleReading,
  { folder, kind, known }: VarsFilesOptions,
  read: ReadonlySet<string>,
): void {
  for (const name of namesIn(reading, folder)) {
    const path = join(folder, name)
    if (read.has(path)) continue
    const source = { file: shownPath(path), line: 1, column: 1 }
    const owner = name.replace(/\.(yml|yaml|json)$/, '')
    if (known.includes(owner)) {
      reading.notes.push({
        message: `not read: Ansible takes the first of NAME, NAME.yml, NAME.yaml, NAME.json`,
        source,
      })
      continue
    }
    const [twin] = sameWords(owner, known)
    const hint = twin === undefined ? didYouMean(owner, known) : `did you mean ${JSON.stringify(twin)}?`
    const message = `not read: there is no ${kind} ${nameText(owner)}`
    reading.notes.push(hint === undefined ? { message, source } : { message, source, hint })
  }
}

// The article itself has host_vars/pgsql-cluster-01.local for the host cluster-pgsql-01.local.
function sameWords(name: string, known: readonly string[]): readonly string[] {
  return known.filter((other) => wordsOf(other) === wordsOf(name))
}

function wordsOf(name: string): string {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .sort()
    .join(' ')
}
