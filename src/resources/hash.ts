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

/** A file as it is compared. */
export interface Hashed {
  readonly path: string
  /** Lines that begin so do not count. */
  readonly ignore?: string
  /** With `ignore`: the hashes of the wanted content, of all of it and of the lines that count. */
  readonly wanted?: { readonly whole: string; readonly counted: string }
}

interface Content {
  readonly content: string
  readonly ignore?: string
}

/** The hash that a file with this content is compared by. */
export function contentHash({ content, ignore }: Content): string {
  if (ignore === undefined) return sha256(content)
  const lines = content.replace(/\n$/, '').split('\n')
  return linesSha256(lines.filter((line) => !line.startsWith(ignore)))
}

/** How a file with this content is read. */
export function hashedAs({ path, content, ignore }: Content & { readonly path: string }): Hashed {
  if (ignore === undefined) return { path }
  return { path, ignore, wanted: { whole: sha256(content), counted: contentHash({ content, ignore }) } }
}

/**
 * A line `<hash>  <path>` for each of the files that is there; a fragment finds them in `$PGHA_HASHES`. One `sha256sum` reads
 * all of them: each program more takes a node 3 to 9 ms. Where lines do not count, it is enough as long as all are as wanted.
 */
const hashes: Reader<Hashed> = {
  read(files) {
    if (files.length === 0) return 'PGHA_HASHES='
    const all = `$(${command('sha256sum', '--', ...files.map(({ path }) => path))} 2>/dev/null)`
    const cases = files.flatMap(caseOf)
    const read = cases.length === 0 ? [`PGHA_HASHES=${all}`] : countedOnly(all, cases)
    return [...read, `printf '%s\\n' "$PGHA_HASHES"`].join('\n')
  },
}

function countedOnly(all: string, cases: readonly string[]): readonly string[] {
  return [
    `PGHA_HASHES= NL='\n'`,
    'KEPT=$IFS; IFS=$NL; set -f',
    `for line in ${all}; do`,
    '  case $line in',
    ...cases.map((one) => `    ${one}`),
    '  esac',
    '  PGHA_HASHES="$PGHA_HASHES$NL$line"',
    'done',
    'IFS=$KEPT; set +f',
  ]
}

/** What makes of a file's line that of the lines that count. */
function caseOf({ path, ignore, wanted }: Hashed): readonly string[] {
  if (ignore === undefined) return []
  const counted = `line=$(${command('grep', '-v', `^${ignore}`, path)} | sha256sum); line=\${line%-}${sh(path)}`
  const known = wanted && `${sh(`${wanted.whole}  ${path}`)}) line=${sh(`${wanted.counted}  ${path}`)} ;;`
  return [...(known === undefined ? [] : [known]), `*${sh(`  ${path}`)}) ${counted} ;;`]
}

/** The hashes of the files; `parseHashes` reads them. */
export function hashesOf(files: readonly Hashed[]): Reading {
  const items = files.map(({ path, ignore, wanted }) =>
    ignore === undefined ? { path } : { path, ignore, ...(wanted && { wanted }) },
  )
  return { by: hashes, items }
}

/** The hash of each file that is there, by path. */
export function parseHashes(printed: string): ReadonlyMap<string, string> {
  return new Map(
    [...printed.matchAll(/^([0-9a-f]{64}) {2}(.*)$/gm)].map(([, hash = '', path = '']) => [path, hash]),
  )
}
