#!/usr/bin/env node
import { join } from 'node:path'

import { loadCached } from './code-cache.ts'
import { version } from './version.ts'

const words = process.argv.slice(2)

// Without a listener a reader that has gone ends the process with a stack; what it means is said in output.ts.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

// Answered before anything is loaded: yargs alone takes as long as Node itself.
if (words[0] === '--version' || words[0] === '-V') {
  process.stdout.write(`${version()}\n`)
} else {
  const folder = import.meta.dirname
  const command = /^[a-z]+$/.exec(words[0] ?? '')?.[0] ?? 'other'
  const program = loadCached(
    join(folder, 'program.js'),
    join(folder, 'code-cache', `${command}-${process.version}`),
  )
  void program.run(words).then((code) => {
    process.exitCode = code
  })
}
