import { early, type Resource } from '../engine/resource.ts'
import { absentFile } from '../resources/absent-file.ts'
import { file, type FileWant } from '../resources/file.ts'
import { contentHash } from '../resources/hash.ts'
import type { Input, ServiceWant } from '../resources/service/service.ts'
import type { Backup } from './backups.ts'

/** What a rollback wants on a node: the files as they were, and the services that read them up to date. */
export function restored(
  resources: readonly Resource[],
  backups: readonly Backup[],
  removed: readonly string[],
): readonly Resource[] {
  const byPath = new Map(backups.map((backup) => [backup.path, backup]))
  const known = resources.flatMap((one) => asBefore(one, byPath, removed))
  const paths = new Set(resources.flatMap(({ want }) => (isFileWant(want) ? [want.path] : [])))
  // Nobody wants these any more: no role has a turn for them, and nobody knows whether they hold secrets.
  const strays = backups
    .filter(({ path }) => !paths.has(path))
    .map((one) => early(file({ ...one, secret: true })))
  const gone = removed.filter((path) => !paths.has(path)).map((path) => early(absentFile(path)))
  return [...known, ...strays, ...gone]
}

function asBefore(
  wanted: Resource,
  backups: ReadonlyMap<string, Backup>,
  removed: readonly string[],
): readonly Resource[] {
  const { want } = wanted
  if (isFileWant(want)) {
    const backup = backups.get(want.path)
    if (backup !== undefined) return [{ ...wanted, want: { ...want, ...backup } }]
    if (!removed.includes(want.path)) return []
    const { id, type, want: nothing } = absentFile(want.path)
    return [{ ...wanted, id, type, want: nothing }]
  }
  if (!isServiceWant(want)) return []
  const inputs = [...want.reloadInputs, ...want.restartInputs]
  if (!inputs.some(({ path }) => backups.has(path))) return []
  const then = (input: Input) => inputThen(input, backups)
  const service = {
    ...want,
    reloadInputs: want.reloadInputs.map(then),
    restartInputs: want.restartInputs.map(then),
  }
  return [{ ...wanted, want: service }]
}

function inputThen(input: Input, backups: ReadonlyMap<string, Backup>): Input {
  const backup = backups.get(input.path)
  if (backup === undefined) return input
  const { ignore } = input
  const sha256 = contentHash({ content: backup.content, ...(ignore === undefined ? {} : { ignore }) })
  return { ...input, sha256 }
}

function isFileWant(want: unknown): want is FileWant {
  return typeof want === 'object' && want !== null && 'path' in want && 'content' in want && 'mode' in want
}

function isServiceWant(want: unknown): want is ServiceWant {
  return typeof want === 'object' && want !== null && 'unit' in want && 'reloadInputs' in want
}
