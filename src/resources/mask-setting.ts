import { isMap, type Setting } from './settings-tree.ts'

const mask = '[redacted]'

// `password_encryption` names no secret, `ssl_passphrase_command` may print one.
const secretKey =
  /(password|passphrase|passwd|pwd|secret|token|credential|private_key|access_key|api_?key)s?(_command)?$/i

const secretWord =
  '[\\w-]*(?:password|passphrase|passwd|pwd|secret|token|credential|access_key|api_?key)[\\w-]*'
// `password=x` of a conninfo, `PGPASSWORD=x` and `--token x` of a command; the value may stand in quotes.
const assigned = new RegExp(
  `(\\b${secretWord}\\s*[=:]\\s*|--${secretWord}\\s+)('[^']*'|"[^"]*"|[^\\s'"]+)`,
  'gi',
)
// `postgres://user:x@host`
const inAddress = /(\b[a-z][\w+.-]*:\/\/[^\s:@/]*:)[^\s@]+@/gi

/** A setting as an operator may see it: without the value of a key whose name says so, and without logins in its text. */
export function maskedSetting(keys: readonly string[], value: Setting): Setting {
  if (isMap(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, maskedSetting([...keys, key], inner)]),
    )
  }
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return maskedWords(keys, value)
  if (keys.some(isSecret)) return mask
  return typeof value === 'number' ? value : value.map((item) => maskedSetting(keys, item))
}

/** The same of a setting that is text. */
export function maskedWords(keys: readonly string[], text: string): string {
  if (keys.some(isSecret)) return mask
  return text.replace(inAddress, `$1${mask}@`).replace(assigned, `$1${mask}`)
}

function isSecret(key: string): boolean {
  return secretKey.test(key)
}
