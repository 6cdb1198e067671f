import { run } from '../../src/cli/run.ts'

/** One command line in a process of its own. */
process.exitCode = await run(process.argv.slice(2))
