import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'

/** What the `%` tokens of ssh_config(5) stand for. */
export interface Tokens {
  readonly host?: string
  readonly port?: number
  readonly user?: string
}

/** A path as OpenSSH reads it: `~`, `${VARIABLE}` and `%` tokens expanded; relative to the working directory. */
export function expandPath(path: string, { host = '', port = 22, user = '' }: Tokens = {}): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: homedir(),
    h: host,
    k: host,
    n: host,
    p: String(port),
    r: user,
    u: userInfo().username,
    i: String(userInfo().uid),
  }
  const plain = path
    .replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? '')
    .replace(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole)
  return resolve(plain === '~' || plain.startsWith('~/') ? join(homedir(), plain.slice(1)) : plain)
}
