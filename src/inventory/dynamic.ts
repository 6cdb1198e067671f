import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../shared/errors.ts'
import type { Source } from '../shared/source.ts'
import { maxBytes } from './read-text.ts'
import { readYaml } from './read-yaml.ts'
import { type Reading, complain, shownPath } from './reading.ts'
import type { Tree } from './tree.ts'

/** As Ansible's programs have it. */
const timeoutMs = 30_000

/** Whether the inventory is made at each run: `-` for standard input, or a file that can be executed. */
export function isDynamic(file: string): boolean {
  return file === '-' || isProgram(file)
}

/**
 * Whether a file is a program: executable, and with `#!` or the mark of a binary. On some file systems everything is
 * executable, plain inventories too.
 */
export function isProgram(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() !== true || (stats.mode & 0o111) === 0) return false
  const start = Buffer.alloc(4)
  const file = openSync(path, 'r')
  try {
    readSync(file, start, 0, 4, 0)
  } finally {
    closeSync(file)
  }
  return start.toString('latin1').startsWith('#!') || start.equals(Buffer.from('\x7fELF', 'latin1'))
}

/** What a program prints or standard input holds, as a tree; undefined when it fails, which is complained about. */
export function readDynamic(reading: Reading, file: string): Tree | undefined {
  const name = file === '-' ? '(stdin)' : `${shownPath(file)} (output)`
  const source = { file: name, line: 1, column: 1 }
  reading.files.push(name)
  const text = file === '-' ? standardInput(reading, source) : outputOf(reading, file)
  if (text === undefined) {
    reading.broken.push(name)
    return undefined
  }
  const { tree, problems } = readYaml(text, { file: name, env: reading.env })
  if (problems.length > 0 && tree === undefined) reading.broken.push(name)
  reading.problems.push(...problems)
  return tree
}

function outputOf(reading: Reading, file: string): string | undefined {
  const source = { file: shownPath(file), line: 1, column: 1 }
  const ran = runProgram(file, ['--list'], reading.env)
  if (ran.ok) return ran.text
  complain(reading, { message: ran.message, source })
  return undefined
}

/** The output of a program, or why there is none. */
export type Ran =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }

/** Runs a program of the operator, bounded in time and output. */
export function runProgram(file: string, words: readonly string[], env: NodeJS.ProcessEnv): Ran {
  const options = { env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 16 * maxBytes } as const
  const ran = spawnSync(resolve(file), words, {
    ...options,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { error, status, signal } = ran
  if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT') {
    return { ok: false, message: `took more than ${timeoutMs / 1000} s${lastLines(ran.stderr)}` }
  }
  // Then there is no output either, whatever the types say.
  if (error !== undefined) return { ok: false, message: `cannot be run: ${messageOf(error)}` }
  if (status === 0) return { ok: true, text: ran.stdout }
  return { ok: false, message: `ended with ${signal ?? `exit code ${status}`}${lastLines(ran.stderr)}` }
}

function lastLines(stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-5).join(' / ')
  return lines === '' ? '' : `: ${lines.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(-500)}`
}

function standardInput(reading: Reading, source: Source): string | undefined {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for (;;) {
      const chunk = Buffer.alloc(65_536)
      const count = readSync(0, chunk)
      if (count === 0 || length > maxBytes) break
      chunks.push(chunk.subarray(0, count))
      length += count
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (error) {
    complain(reading, { message: `cannot be read: ${messageOf(error)}`, source })
    return undefined
  }
}
