import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { families, type Family, filesOf, fullInventories, fullNode, hostsOf, wantedBy } from './support.ts'

/**
 * Every file that pgha writes on three nodes, for a DBA to review: test/roles/golden/FAMILY/HOST/PATH.
 * `UPDATE_GOLDEN=1 npx vitest run --project unit test/roles/golden.test.ts` writes them anew.
 */
const folder = join(import.meta.dirname, 'golden')
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'

async function rendered(family: Family): Promise<ReadonlyMap<string, string>> {
  const hosts = hostsOf(fullInventories[family])
  const files = new Map<string, string>()
  for (const { name } of hosts) {
    for (const [path, { content }] of filesOf(await wantedBy(hosts, name, family, fullNode))) {
      files.set(join(family, name, path), content)
    }
  }
  return files
}

function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

describe.each(families)('the files of a cluster on %s', (family) => {
  it('are those that a person has reviewed', async () => {
    const files = await rendered(family)
    if (isUpdate) rewrite(join(folder, family), files)

    for (const [path, content] of files) {
      expect(content, `${path}; UPDATE_GOLDEN=1 takes it over`).toBe(readFileSync(join(folder, path), 'utf8'))
    }
    const reviewed = filesBelow(join(folder, family)).map((path) => path.slice(folder.length + 1))
    expect(reviewed.toSorted(), 'files that nobody writes any more').toEqual([...files.keys()].toSorted())
  })
})

function rewrite(place: string, files: ReadonlyMap<string, string>): void {
  rmSync(place, { recursive: true, force: true })
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}
