import { readFileSync } from 'node:fs'

/**
 * The text of a small file, or undefined where it cannot be read. What a connection needs is read while nobody waits for
 * anything else; Node's threads for reading would cost more to start than they save.
 */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
