import { createHash } from 'node:crypto'

import type { Reader, Reading } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'

/** SHA-256 of a text, in hexadecimal. */
export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** SHA-256 of lines without their ends, each with a newline behind it. */
export function linesSha256(lines: readonly string[]): string {
  return sha256(lines.map((line) => `${line}\n`).join(''))
}

/** A file whose lines that begin with `ignore` do not count when it is compared. */
export interface Hashed {
  readonly path: string
  readonly ignore?: string
}

/** The hash that `hashFragment` prints of a file with this content. */
export function contentHash({
  content,
  ignore,
}: {
  readonly content: string
  readonly ignore?: string
}): string {
  if (ignore === undefined) return sha256(content)
  const lines = content.replace(/\n$/, '').split('\n')
  return linesSha256(lines.filter((line) => !line.startsWith(ignore)))
}

/**
 * A line `<hash>  <path>` for each of the files that is there, one `sha256sum` for all that count as they are; a fragment finds
 * them in `$PGHA_HASHES`.
 */
const hashes: Reader<Hashed> = {
  read(files) {
    const whole = files.filter(({ ignore }) => ignore === undefined).map(({ path }) => path)
    const plain = whole.length === 0 ? [] : [`${command('sha256sum', '--', ...whole)} 2>/dev/null`]
    const filtered = files.flatMap(({ path, ignore }) =>
      ignore === undefined ? [] : [filteredHash(path, ignore)],
    )
    return `PGHA_HASHES=$(${[...plain, ...filtered].join('\n')})\nprintf '%s\\n' "$PGHA_HASHES"`
  },
}

function filteredHash(path: string, ignore: string): string {
  // sha256sum calls it `-`.
  return `[ -f ${sh(path)} ] && H=$(grep -v ${sh(`^${ignore}`)} ${sh(path)} | sha256sum) && printf '%s  %s\\n' "\${H%% *}" ${sh(path)}`
}

/** The hashes of the files; `parseHashes` reads them. */
export function hashesOf(files: readonly Hashed[]): Reading {
  return {
    by: hashes,
    items: files.map(({ path, ignore }) => (ignore === undefined ? { path } : { path, ignore })),
  }
}

/** The hash of each file that is there, by path. */
export function parseHashes(printed: string): ReadonlyMap<string, string> {
  return new Map(
    [...printed.matchAll(/^([0-9a-f]{64}) {2}(.*)$/gm)].map(([, hash = '', path = '']) => [path, hash]),
  )
}
