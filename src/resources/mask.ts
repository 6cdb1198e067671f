import { redact } from '../shared/secret.ts'

const secretWord = '(?:password|passphrase|passwd|secret|token|auth_pass|encrypt|private_key)s?'
// A key that names a secret, then all that follows in its line: `password: x`, `token=x`, `{user: u, password: x}`,
// `"tokens": { "agent": "x" }`; in YAML the value may begin in the next line.
const secretField = new RegExp(`^(.*?${secretWord}["']?\\s*[:=]\\s*(?:[|>][-+1-9]*\\s+)?)\\S.*$`, 'gim')
// Without a sign between them, as keepalived has it: `auth_pass x`.
const secretWords = new RegExp(`^([ \\t]*${secretWord}[ \\t]+)\\S.*$`, 'gim')

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
  return secret ? shown.replace(secretField, '$1[redacted]').replace(secretWords, '$1[redacted]') : shown
}
