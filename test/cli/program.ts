import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { build } from 'esbuild'

const root = join(import.meta.dirname, '../..')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Bundles an entry into a folder of its own below node_modules, where it finds its packages. */
export async function bundled(entry: string, format: 'esm' | 'cjs') {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'pgha-cli-'))
  const file = join(folder, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs')
  await build({
    entryPoints: [join(root, entry)],
    ...{ outfile: file, bundle: true, format, platform: 'node', target: 'node20', packages: 'external' },
    define: {
      PGHA_VERSION: '"1.2.3-test"',
      ...(format === 'cjs' ? { 'import.meta.dirname': '__dirname' } : {}),
    },
    logLevel: 'silent',
  })
  const remove = () => {
    rmSync(folder, { recursive: true, force: true })
  }
  return { folder, file, remove }
}

/** Runs a program to its end. */
export function ended(file: string, ...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr })
    })
  })
}

export interface Pgha {
  readonly folder: string
  readonly run: (...words: readonly string[]) => Promise<Ended>
  readonly remove: () => void
}

/** The command line in a process of its own, whose folder may hold an inventory. */
export async function startPgha(): Promise<Pgha> {
  const { folder, file, remove } = await bundled('test/cli/worker.ts', 'esm')
  const child: ChildProcess = spawn(process.execPath, [file], {
    ...{ cwd: folder, env: { ...process.env, NO_COLOR: '1' }, stdio: ['pipe', 'pipe', 'inherit'] },
  })
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('no pipes')
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
  return {
    folder,
    async run(...words) {
      stdin.write(`${JSON.stringify(words)}\n`)
      const answer = await answers.next()
      if (answer.done === true) throw new Error('the command line ended its process')
      return JSON.parse(answer.value) as Ended
    },
    remove() {
      stdin.end()
      remove()
    },
  }
}
