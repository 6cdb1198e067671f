/** A keyword of ssh_config(5) in lower case, and its value. */
export type PlainSetting = readonly [keyword: string, value: string]

/**
 * The settings in the lines of a Host block, if they are so plain that they mean to us what they mean to ssh. Else
 * undefined: tokens, variables, odd quotes, comments behind a value, keywords that we do not know or that change others.
 */
export function plainSettings(lines: string): readonly PlainSetting[] | undefined {
  const settings: PlainSetting[] = []
  for (const line of lines.split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, word = '', quoted, bare] = plainLine.exec(line) ?? []
    const keyword = word.toLowerCase()
    const value = quoted ?? bare
    if (value === undefined || !(ours.has(keyword) || harmless.has(keyword))) return undefined
    if (keyword === 'identityfile' && value === 'none') return undefined
    if (ours.has(keyword)) settings.push([keyword, value.replaceAll(/\s+/g, ' ')])
  }
  return settings
}

const plainLine = /^\s*(\w+)(?:\s*=\s*|\s+)(?:"([^"'\\%$#\s]+)"|([^"'\\%$#]*[^"'\\%$#\s]))\s*$/

// Without ProxyCommand: it excludes a later ProxyJump, and the other way round.
const ours: ReadonlySet<string> = new Set([
  ...['hostname', 'hostkeyalias', 'port', 'user', 'identityfile', 'identityagent', 'identitiesonly'],
  ...['userknownhostsfile', 'globalknownhostsfile', 'proxyjump'],
])

// They say nothing about where a login goes and with which keys, as far as it is ours.
const harmless: ReadonlySet<string> = new Set([
  ...['addkeystoagent', 'batchmode', 'checkhostip', 'compression', 'connecttimeout', 'controlmaster'],
  ...['controlpath', 'controlpersist', 'forwardagent', 'forwardx11', 'gssapiauthentication'],
  ...['hashknownhosts', 'loglevel', 'passwordauthentication', 'preferredauthentications'],
  ...['pubkeyauthentication', 'requesttty', 'sendenv', 'serveralivecountmax', 'serveraliveinterval'],
  ...['stricthostkeychecking', 'tcpkeepalive'],
])

/** What all these settings together say: of most keywords the first counts, of identity files all. */
export function combined(settings: readonly PlainSetting[]): ReadonlyMap<string, readonly string[]> {
  const config = new Map<string, readonly string[]>()
  for (const [keyword, value] of settings) {
    const before = config.get(keyword)
    if (before === undefined) config.set(keyword, [value])
    else if (keyword === 'identityfile') config.set(keyword, [...before, value])
  }
  return config
}
