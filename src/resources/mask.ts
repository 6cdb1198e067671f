import { redact } from '../shared/secret.ts'

// A key that names a secret, then its value: `password: x`, `auth_pass x`, `"encrypt": "x"`, `token=x`.
const secretField =
  /^(\s*-?\s*["']?[\w.-]*(?:password|passphrase|passwd|secret|token|auth_pass|encrypt|private_key)["']?\s*(?:[:=]\s*|\s+))\S.*$/gim

/**
 * The content as an operator may see it: known secrets gone everywhere and, in a file that holds secrets, the value of
 * each field whose name says so (a former password on the node is known to nobody).
 */
export function maskedText({
  content,
  secret,
}: {
  readonly content: string
  readonly secret: boolean
}): string {
  const shown = redact(content)
  return secret ? shown.replace(secretField, '$1[redacted]') : shown
}
