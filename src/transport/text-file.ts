import { readFileSync } from 'node:fs'

/** The text of a file, or undefined where it cannot be read. Small ones only: the process waits, but starts no threads. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
