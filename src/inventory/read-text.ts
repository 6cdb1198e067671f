import { closeSync, openSync, readSync } from 'node:fs'
import { messageOf } from '../shared/errors.ts'

/** Longer files are no inventories; a device such as /dev/zero never ends. */
export const maxBytes = 1024 * 1024

/** The text of a file, or why it cannot be had. */
export type FileText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/** Reads a UTF-8 file of at most `maxBytes`. */
export function readText(path: string): FileText {
  try {
    const bytes = readUpTo(path, maxBytes + 1)
    if (bytes.length > maxBytes) return { ok: false, reason: 'larger than 1 MiB' }
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  }
}

/** Why the system refused, in the operator's words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? `cannot be read: ${messageOf(error)}`
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'this is a file, not a directory',
  EISDIR: 'this is a directory, not a file',
  EACCES: 'no permission to read this',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'not UTF-8 text',
}

function readUpTo(path: string, limit: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(limit)
    let length = 0
    for (;;) {
      const count = readSync(file, buffer, length, limit - length, null)
      length += count
      if (count === 0 || length === limit) return buffer.subarray(0, length)
    }
  } finally {
    closeSync(file)
  }
}
