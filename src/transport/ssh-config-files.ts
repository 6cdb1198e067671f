import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { globMatches } from './glob.ts'
import { expandPath } from './paths.ts'
import { type PlainSetting, plainSettings } from './ssh-config-plain.ts'
import { readText } from './text-file.ts'

/** What can be told from the text of the operator's ssh_config without asking `ssh -G`, which costs a process. */
export interface ConfigText {
  /** Match or Include is used, or a file cannot be read: only ssh can tell what is said about a host. */
  readonly isOpaque: boolean
  /** The Host blocks that say something that matters to us. */
  readonly blocks: readonly Block[]
}

export interface Block {
  /** As written: `n1`, `*.example.com`, `!n2`. */
  readonly patterns: readonly string[]
  /** What it says, in order; undefined where only ssh can tell. */
  readonly settings: readonly PlainSetting[] | undefined
}

/** Reads the files that OpenSSH would read; `configFile` replaces them all, as `ssh -F` does. */
export function readConfigText(configFile: string | undefined): ConfigText {
  const files =
    configFile === undefined ? [join(homedir(), '.ssh/config'), '/etc/ssh/ssh_config'] : [configFile]
  const texts = files.map(readText)
  const includes = files.some((file, index) => includesFiles(texts[index] ?? '', dirname(file)))
  const isUnreadable = configFile !== undefined && texts[0] === undefined
  return {
    isOpaque: isUnreadable || includes || texts.some((text) => /^\s*match[\s=]/im.test(text ?? '')),
    blocks: texts.flatMap((text) => blocksOf(text ?? '')),
  }
}

/** The blocks that speak of a host, by the name that `ssh` would be called with. */
export function blocksAbout({ blocks }: ConfigText, host: string): ReadonlySet<Block> {
  return new Set(blocks.filter(({ patterns }) => isMeant(patterns, host)))
}

function isMeant(patterns: readonly string[], host: string): boolean {
  const matches = (pattern: string) => globMatches(pattern, host)
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false
  return patterns.some(matches)
}

// Debian's own ssh_config sets none of these.
const relevant =
  /^\s*(host(name|keyalias)|port|user|identity(file|agent|iesonly)|(user|global)knownhostsfile|proxy(jump|command))[\s=]/im

function blocksOf(text: string): readonly Block[] {
  const [everyone = '', ...others] = text.split(/^\s*host[\s=]+/im)
  const blocks = others.map((block) => ({ patterns: patternsIn(block), text: block.replace(/^.*/, '') }))
  return [{ patterns: ['*'], text: everyone }, ...blocks]
    .filter(({ text: lines }) => relevant.test(lines))
    .map(({ patterns, text: lines }) => ({ patterns, settings: plainSettings(lines) }))
}

function patternsIn(block: string): readonly string[] {
  const [line = ''] = block.split('\n', 1)
  return line.replaceAll('"', ' ').trim().split(/\s+/)
}

function includesFiles(text: string, base: string): boolean {
  const patterns = [...text.matchAll(/^\s*include[\s=]+(.+)$/gim)].flatMap(([, list = '']) =>
    list.trim().split(/\s+/),
  )
  return patterns.some((pattern) => isThere(pattern, base))
}

// What an included file says is left to ssh itself.
function isThere(pattern: string, base: string): boolean {
  const path = /^[/~]/.test(pattern) ? expandPath(pattern) : join(base, pattern)
  return namesIn(dirname(path)).some((name) => globMatches(basename(path), name))
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
