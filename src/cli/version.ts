import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// Set by the bundler, so that `pgha --version` reads no file.
declare const PGHA_VERSION: string | undefined

/** The version of this build. */
export function version(): string {
  if (typeof PGHA_VERSION === 'string') return PGHA_VERSION
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')
  return /"version": "([^"]+)"/.exec(manifest)?.[1] ?? 'unknown'
}
