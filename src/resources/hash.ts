import { createHash } from 'node:crypto'

import { command, sh } from '../transport/shell.ts'

/** SHA-256 of a text, in hexadecimal. */
export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
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
  return sha256(lines.flatMap((line) => (line.startsWith(ignore) ? [] : [`${line}\n`])).join(''))
}

/** Prints `<hash>  <path>` for each of the files that is there; one `sha256sum` for all that count as they are. */
export function hashFragment(files: readonly Hashed[]): string {
  const whole = files.filter(({ ignore }) => ignore === undefined).map(({ path }) => path)
  const filtered = files.flatMap(({ path, ignore }) =>
    ignore === undefined
      ? []
      : [
          `[ -f ${sh(path)} ] && grep -v ${sh(`^${ignore}`)} ${sh(path)} | sha256sum | { read -r hash rest; printf '%s  %s\\n' "$hash" ${sh(path)}; }`,
        ],
  )
  const plain = whole.length === 0 ? [] : [`${command('sha256sum', '--', ...whole)} 2>/dev/null`]
  return `{ ${[...plain, ...filtered, ':'].join('\n')}; }`
}
