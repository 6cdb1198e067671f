import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

const filesUnder = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Twelve digits that change with the files of a recipe that `wanted` accepts, and with the data. */
export const digest = async (
  recipe: string,
  wanted: (file: string) => boolean,
  data: unknown,
): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(data))
  const files = (await filesUnder(recipe)).map((path) => relative(recipe, path)).filter(wanted)
  for (const file of files.toSorted()) hash.update(file).update(await readFile(join(recipe, file)))
  return hash.digest('hex').slice(0, 12)
}
