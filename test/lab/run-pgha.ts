import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'

import { exit } from '../../src/cli/exit.ts'
import type { Lab } from './lab.ts'

/** The program as it was built. */
export const program = join(import.meta.dirname, '../../dist/pgha.js')

// A finding or a broken bound is a result; anything else ends what asked for it.
const results: readonly number[] = [exit.ok, exit.failed, exit.unhealthy]

/** Runs pgha on a lab, stderr to a file. Gives the exit code and stdout; throws where pgha could not do its work. */
export async function runPgha(
  { inventoryPath }: Lab,
  words: readonly string[],
  log: string,
): Promise<readonly [code: number, stdout: string]> {
  const child = spawn(process.execPath, [program, ...words, '-i', inventoryPath], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.pipe(createWriteStream(log))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  if (code === null || !results.includes(code))
    throw new Error(`${words.join(' ')} ended with ${code}: ${log}`)
  return [code, stdout]
}
