import { createInterface } from 'node:readline'

import { run } from '../../src/cli/run.ts'

/** Runs the command lines that come on stdin, one JSON list of words a line, in this one process: starting Node is slow. */
const write = process.stdout.write.bind(process.stdout)
process.setMaxListeners(0)

for await (const line of createInterface({ input: process.stdin })) {
  const ended = { code: 0, stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text: string | Uint8Array) => {
      ended[name] += text.toString()
      return true
    }
  }
  ended.code = await run(JSON.parse(line) as readonly string[])
  write(`${JSON.stringify(ended)}\n`)
}
