import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { globMatches } from './glob.ts'
import { expandPath } from './paths.ts'

// Debian's own ssh_config sets none of these: asking `ssh -G` would cost a process per host for nothing.
const relevant =
  /^\s*(match|host(name|keyalias)|port|user|identity(file|agent|iesonly)|(user|global)knownhostsfile|proxy(jump|command))[\s=]/im
const include = /^\s*include[\s=]+(.+)$/gim

/** Whether the files that OpenSSH would read say anything that matters to us. */
export async function hasSshConfig(configFile: string | undefined): Promise<boolean> {
  if (configFile !== undefined) return true
  const files = [join(homedir(), '.ssh/config'), '/etc/ssh/ssh_config']
  const found = await Promise.all(files.map(isRelevant))
  return found.includes(true)
}

async function isRelevant(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '')
  if (relevant.test(text)) return true
  const patterns = [...text.matchAll(include)].flatMap(([, list = '']) => list.trim().split(/\s+/))
  const found = await Promise.all(patterns.map((pattern) => someFile(pattern, dirname(file))))
  return found.includes(true)
}

// What an included file says is left to ssh itself.
async function someFile(pattern: string, base: string): Promise<boolean> {
  const path = /^[/~]/.test(pattern) ? expandPath(pattern) : join(base, pattern)
  const names = await readdir(dirname(path)).catch(() => [])
  return names.some((name) => globMatches(basename(path), name))
}
