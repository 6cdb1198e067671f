import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

import type { Logger } from 'pino'

import { InputError, messageOf } from './errors.ts'
import { redactJson } from './secret.ts'

/**
 * A log file of NDJSON, one object a line, free of secrets. Written at once: a crash loses nothing. Throws an InputError when it
 * cannot be opened; `onFailure` is told once when it can no longer be written, and the run goes on.
 */
export async function openLog(
  file: string,
  onFailure: (message: string) => void = () => undefined,
): Promise<Logger> {
  // Loaded only with --log-file: it takes 24 ms.
  const { default: pino } = await import('pino')
  const destination = opened(() => {
    makeFolder(dirname(file))
    return pino.destination({ dest: file, sync: true, mode: 0o600 })
  }, file)
  let hasFailed = false
  destination.on('error', (error: unknown) => {
    if (!hasFailed) onFailure(`the log file ${file} is not whole: ${messageOf(error)}`)
    hasFailed = true
  })
  return pino({ base: null, hooks: { streamWrite: (line) => redactJson(line) } }, destination)
}

// One by one: below /proc, mkdir of Node 20 with `recursive` never returns.
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (thrown) {
    // Another run may have made it meanwhile.
    if (!existsSync(path)) throw thrown
  }
}

function opened<T>(open: () => T, file: string): T {
  try {
    return open()
  } catch (thrown) {
    throw new InputError([{ message: `--log-file ${file} cannot be written: ${messageOf(thrown)}` }])
  }
}
