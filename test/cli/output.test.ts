import { spawn } from 'node:child_process'
import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { inventory } from '../roles/support.ts'
import { bundled } from './program.ts'

let program: Awaited<ReturnType<typeof bundled>>

beforeAll(async () => {
  program = await bundled('test/cli/once.ts', 'esm')
  writeFileSync(join(program.folder, 'inventory.yaml'), inventory())
})

afterAll(() => {
  program.remove()
})

interface Ended {
  readonly code: number | null
  readonly stderr: string
}

/** Runs a command line whose stdout goes to a file or, like all that `closes` names, to a reader that is gone. */
function ended(words: readonly string[], stdout: number | 'pipe', closes: readonly ('stdout' | 'stderr')[]) {
  const child = spawn(process.execPath, [program.file, ...words], {
    cwd: program.folder,
    stdio: ['ignore', stdout, 'pipe'],
  })
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  for (const name of closes) child[name]?.destroy()
  return new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stderr })
    })
  })
}

describe('a command', () => {
  it.each([
    [0, ['schema']],
    [0, ['validate']],
    [4, ['validate', '--json', '--limit', 'n9']],
  ])('ends with %i as ever when nobody reads its result: %j', async (code, words) => {
    const found = await ended(words, 'pipe', ['stdout'])

    expect(found.code).toBe(code)
    expect(found.stderr).not.toMatch(/EPIPE|\bat /)
  })

  it('ends as ever when nobody reads anything', async () => {
    expect((await ended(['validate'], 'pipe', ['stdout', 'stderr'])).code).toBe(0)
    expect((await ended(['validate', '--limit', 'n9'], 'pipe', ['stdout', 'stderr'])).code).toBe(4)
  })

  it('fails when its result could not be written', async () => {
    expect(await ended(['schema'], openSync('/dev/full', 'w'), [])).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error {2}the result could not be written: ENOSPC.*\n$/) as string,
    })
  })
})
