import { createHmac } from 'node:crypto'
import { globMatches } from './glob.ts'

/** One line of a known_hosts file. */
export interface KnownHost {
  readonly file: string
  readonly line: number
  readonly marker?: 'revoked' | 'cert-authority'
  /** Patterns with commas, or one hashed name. */
  readonly names: string
  readonly type: string
  readonly key: Buffer
}

/** The entries of a known_hosts file, see sshd(8); lines that nobody can use are skipped, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): readonly KnownHost[] {
  return text.split('\n').flatMap((line, index) => parseLine(line.trim(), file, index + 1))
}

function parseLine(text: string, file: string, line: number): readonly KnownHost[] {
  const match = /^(?:@(revoked|cert-authority)\s+)?([^\s#@]\S*)\s+([a-z][\w@.-]+)\s+([A-Za-z0-9+/]+=*)/.exec(
    text,
  )
  if (match === null) return []
  const [, marker, names = '', type = '', key = ''] = match
  const entry = { file, line, names, type, key: Buffer.from(key, 'base64') }
  if (marker === 'revoked' || marker === 'cert-authority') return [{ ...entry, marker }]
  return [entry]
}

/** The name of a server in known_hosts: the port shows unless it is 22. */
export function knownHostName(address: string, port: number): string {
  return port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`
}

/** Whether an entry names a server itself, and not only by a pattern: `ssh-keygen -R` removes no other. */
export function isNamed({ names }: KnownHost, name: string): boolean {
  return isHashOf(names, name) || names.toLowerCase().split(',').includes(name)
}

/** Whether an entry is about `name`: plain, with `*` and `?`, negated with `!`, or hashed. */
function isAbout({ names }: KnownHost, name: string): boolean {
  if (names.startsWith('|')) return isHashOf(names, name)
  const patterns = names.toLowerCase().split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && globMatches(pattern.slice(1), name))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && globMatches(pattern, name))
}

function isHashOf(names: string, name: string): boolean {
  const [start, version, salt, hash] = names.split('|')
  if (start !== '' || version !== '1' || salt === undefined || hash === undefined) return false
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

/** Which servers to look up: the first name that is on file at all decides. */
export interface Names {
  readonly strict: readonly string[]
  /** Good for a match only, never for a contradiction: another port may be another server. */
  readonly lenient: readonly string[]
}

export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown'; readonly authorities: readonly KnownHost[] }
  /** `name` is what these entries were found by. */
  | { readonly kind: 'changed'; readonly name: string; readonly onFile: readonly KnownHost[] }
  | { readonly kind: 'revoked'; readonly by: KnownHost }

/** What the files say about a key that a server shows. */
export function judge(entries: readonly KnownHost[], names: Names, key: Buffer): Verdict {
  const all = [...names.strict, ...names.lenient]
  const concerned = entries.filter((entry) => all.some((name) => isAbout(entry, name)))
  const by = concerned.find((entry) => entry.marker === 'revoked' && entry.key.equals(key))
  if (by !== undefined) return { kind: 'revoked', by }

  const name = names.strict.find((one) => keysOf(concerned, [one]).length > 0)
  const onFile = name === undefined ? [] : keysOf(concerned, [name])
  if (onFile.some((entry) => entry.key.equals(key))) return { kind: 'known' }
  if (name !== undefined) return { kind: 'changed', name, onFile }
  const elsewhere = concerned.filter((entry) => entry.marker === undefined)
  if (elsewhere.some((entry) => entry.key.equals(key))) return { kind: 'known' }
  return { kind: 'unknown', authorities: concerned.filter((entry) => entry.marker === 'cert-authority') }
}

/** The keys on file for the first of `names` that has any. */
export function keysOf(entries: readonly KnownHost[], names: readonly string[]): readonly KnownHost[] {
  const plain = entries.filter((entry) => entry.marker === undefined)
  const lists = names.map((name) => plain.filter((entry) => isAbout(entry, name)))
  return lists.find((list) => list.length > 0) ?? []
}
