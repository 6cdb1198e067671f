import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'

/** What the `%` tokens of ssh_config(5) stand for. */
export interface Tokens {
  readonly host?: string
  readonly port?: number
  readonly user?: string
}

/** A path as OpenSSH reads it: `~`, `${VARIABLE}` and `%` tokens expanded; relative to the working directory. */
export function expandPath(path: string, tokens: Tokens = {}): string {
  const plain = path
    .replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? '')
    .replace(/%(.)/g, (whole, letter: string) => meaning(letter, tokens) ?? whole)
  return resolve(plain === '~' || plain.startsWith('~/') ? join(homedir(), plain.slice(1)) : plain)
}

function meaning(letter: string, { host = '', port = 22, user = '' }: Tokens): string | undefined {
  const meanings: Readonly<Record<string, () => string>> = {
    '%': () => '%',
    d: homedir,
    h: () => host,
    k: () => host,
    n: () => host,
    p: () => String(port),
    r: () => user,
    u: () => userInfo().username,
    i: () => String(userInfo().uid),
  }
  return meanings[letter]?.()
}
