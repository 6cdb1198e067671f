import * as z from 'zod'
import { Secret } from '../shared/secret.ts'

const noControl = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/

interface SecretForm {
  readonly pattern: RegExp
  /** What is said instead of showing the value. */
  readonly message: string
}

/** A password or token: read as text, kept as `Secret`, without characters that could end a line of a config file. */
export function secret(...forms: readonly SecretForm[]) {
  const text = z.string().min(4).regex(noControl, 'a secret cannot contain control characters or line ends')
  const formed = forms.reduce((schema, { pattern, message }) => schema.regex(pattern, message), text)
  return formed.transform((value) => new Secret(value))
}

/** One line of text, for what lands in a line of a config file. */
export function line() {
  return z.string().min(1).regex(noControl, 'cannot contain control characters or line ends')
}

/** Text that has to fit a pattern; `message` says which, since the value is never shown. */
export function text(pattern: RegExp, message: string) {
  return z.string().regex(pattern, message)
}

/** A whole number within bounds. Quoted figures such as `"17"` are text and refused. */
export function wholeNumber(min: number, max: number) {
  return z.int().min(min).max(max)
}

/** A TCP port. */
export function port() {
  return wholeNumber(1, 65_535)
}

/** An absolute path on a node, of characters that need no quoting in any config file. */
export function absolutePath() {
  const plain = /^\/(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9_./@+:-]*$/
  return text(plain, 'expected an absolute path of letters, digits and _ . / @ + : -, without ..')
}

/** A time with its unit, as HAProxy writes it. */
export function duration() {
  return text(/^[1-9][0-9]{0,8}(ms|s|m|h|d)$/, 'expected a time with its unit, such as 500ms, 30s, 10m, 3h')
}

/** Name of a PostgreSQL role that needs no quoting. */
export function roleName() {
  return text(/^[a-z_][a-z0-9_]{0,62}$/, 'expected a role name of lower-case letters, digits and _')
}

/** A section that switches its role on by being written: `true` is all its defaults, `false` takes it away again. */
export function switchable<S extends z.ZodType>(section: S) {
  const plain = (value: unknown) => (value === true ? {} : value === false ? undefined : value)
  return z.preprocess(plain, section.optional()).optional()
}

/** The name of a package, no pattern and no version, that the package manager cannot take for an option. */
export function packageName() {
  return text(/^[A-Za-z0-9][A-Za-z0-9+._-]*$/, 'not a package name')
}

/** The same, or a pattern of names. */
export function packagePattern() {
  return text(/^[A-Za-z0-9][A-Za-z0-9+._*-]*$/, 'not a package name or a pattern of names')
}
