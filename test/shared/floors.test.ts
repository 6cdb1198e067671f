import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** What dependency-cruiser says of the sources below a folder. */
function cruise(folder: string) {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const config = join(root, '.dependency-cruiser.cjs')
  const words = [program, '--config', config, '--output-type', 'err', 'src']
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
  return { status, stdout }
}

/** A tiny tree of files that import others. */
function treeWith(imports: readonly (readonly [from: string, to: string])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pgha-floors-'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const compilerOptions = { module: 'NodeNext', allowImportingTsExtensions: true, noEmit: true }
  write('tsconfig.json', JSON.stringify({ compilerOptions }))
  for (const [from, to] of imports) {
    const isOurs = to.startsWith('src/')
    if (isOurs) write(to, 'export const x = 1\n')
    write(from, `import * as planted from '${isOurs ? `../../${to}` : to}'\nexport const y = planted\n`)
  }
  return folder
}

/** What dependency-cruiser says of such a tree. */
function cruiseOf(...imports: readonly (readonly [from: string, to: string])[]) {
  const folder = treeWith(imports)
  try {
    return cruise(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the floors of the house', () => {
  it('refuse each import that is planted, by its rule', () => {
    const planted = [
      ['engine-imports-only-floors-below', 'src/engine/a.ts', 'src/roles/x.ts'],
      ['engine-imports-only-floors-below', 'src/engine/b.ts', 'src/cluster/x.ts'],
      ['roles-imports-only-floors-below', 'src/roles/c.ts', 'src/transport/x.ts'],
      ['actions-imports-only-floors-below', 'src/actions/d.ts', 'src/cli/x.ts'],
      ['ssh2-only-in-transport', 'src/cluster/e.ts', 'ssh2'],
    ] as const
    const { status, stdout } = cruiseOf(...planted.map(([, from, to]) => [from, to] as const))
    const lines = stdout.split('\n')

    expect(status).not.toBe(0)
    for (const [rule, from] of planted)
      expect(
        lines.some((line) => line.includes(rule) && line.includes(from)),
        `${rule} ${from}`,
      ).toBe(true)
  })

  it('let pass what imports a floor below', () => {
    expect(cruiseOf(['src/roles/fine.ts', 'src/engine/x.ts'])).toMatchObject({ status: 0 })
  })

  it('hold for the sources as they are', () => {
    expect(cruise(root)).toMatchObject({ status: 0 })
  }, 60_000)
})
