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
 * A line `<hash>  <path>` for each of the files that is there; a fragment finds them in `$PGHA_HASHES`. One `sha256sum` reads
 * all that count as they are, and what is left of the first other one on its stdin: each program more takes a node 1 to 9 ms.
 */
const hashes: Reader<Hashed> = {
  read(files) {
    const whole = files.filter(({ ignore }) => ignore === undefined).map(({ path }) => path)
    const partly = files.flatMap(({ path, ignore }) => (ignore === undefined ? [] : [{ path, ignore }]))
    const [first, ...others] = partly
    const parts = [hashed(whole, first), ...others.map((one) => hashed([], one))]
    return ['PGHA_HASHES=', ...parts, `printf '%s\\n' "$PGHA_HASHES"`].join('\n')
  },
}

/** Adds the hashes of files, and of what is left of one without its lines that begin so. */
function hashed(whole: readonly string[], partly: Required<Hashed> | undefined): string {
  const hash = (...paths: readonly string[]) => `${command('sha256sum', '--', ...paths)} 2>/dev/null`
  const add = (lines: string) => `PGHA_HASHES="$PGHA_HASHES\n$(${lines})"`
  if (partly === undefined) return whole.length === 0 ? '' : add(hash(...whole))
  const path = sh(partly.path)
  return [
    add(`grep -v ${sh(`^${partly.ignore}`)} ${path} 2>/dev/null | ${hash(...whole, '-')}`),
    // Its name was `-`, in the last line; one that is not there keeps it, and nobody asks for that.
    `[ ! -f ${path} ] || PGHA_HASHES=\${PGHA_HASHES%-}${path}`,
  ].join('\n')
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
