import { extname, join } from 'node:path'
import { shownPath } from '../reading.ts'
import type { Tree } from '../tree.ts'
import { type AnsibleReading, newReading, readAnsibleYaml } from './reading.ts'
import { isFile, namesIn } from './sources.ts'

// A project has dozens; more would be the home directory of somebody.
const maxFiles = 1000

/** Reads YAML that an import can do without: what cannot be read is a note, and no reason to stop. */
export function readLoosely(reading: AnsibleReading, path: string): Tree | undefined {
  const trial = newReading(reading.passwords)
  const tree = readAnsibleYaml(trial, path)
  for (const text of trial.decrypted) reading.decrypted.add(text)
  const [problem] = trial.problems
  if (problem === undefined) return tree
  const source = problem.source ?? { file: shownPath(path), line: 1, column: 1 }
  reading.notes.push({ message: `not read: ${problem.message}`, source })
  return undefined
}

/** Files with the endings of YAML in a folder, without those of folders in it. */
export function yamlFilesIn(reading: AnsibleReading, folder: string): readonly string[] {
  return namesIn(reading, folder)
    .filter((name) => ['.yml', '.yaml'].includes(extname(name)))
    .map((name) => join(folder, name))
    .filter(isFile)
    .slice(0, maxFiles)
}
