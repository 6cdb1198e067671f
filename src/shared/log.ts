import type { Logger } from 'pino'

import { redact } from './secret.ts'

/** A log file of NDJSON, one object a line, free of secrets. Written at once: a crash loses nothing. */
export async function openLog(file: string): Promise<Logger> {
  // Loaded only with --log-file: it takes 24 ms.
  const { default: pino } = await import('pino')
  return pino(
    { base: null, hooks: { streamWrite: redact } },
    pino.destination({ dest: file, sync: true, mkdir: true, mode: 0o600 }),
  )
}
