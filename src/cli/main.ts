#!/usr/bin/env node
import { version } from './version.ts'

// Answered before anything is loaded: yargs alone takes as long as Node itself.
if (['--version', '-V'].includes(process.argv[2] ?? '')) {
  process.stdout.write(`${version()}\n`)
} else {
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2))
}
