import { InputError, type Problem } from '../shared/errors.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Host, Inventory } from './inventory.ts'

/**
 * The hosts that `--limit` names: hosts, groups, `all`, globs, comma lists; `!name` takes away.
 * Undefined selects all, an empty list is refused. Hosts that are to leave are selected like the others. Throws an `InputError` for names that nobody has and when nothing is left.
 */
export function selectHosts<V>(
  inventory: Inventory<V>,
  limit: readonly string[] | undefined,
): readonly Host<V>[] {
  const all = [...inventory.hosts, ...inventory.absent]
  if (limit === undefined) return all
  if (limit.length === 0) throw new InputError([{ message: '--limit names no host' }])
  const patterns = limit.flatMap((list) => list.split(',')).map((pattern) => pattern.trim())
  const problems = patterns.flatMap((pattern) => problemOf(inventory, pattern))
  if (problems.length > 0) throw new InputError(problems)

  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'))
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  const start = wanted.length === 0 ? ['all'] : wanted
  const selected = all.filter(
    ({ name }) =>
      start.some((pattern) => namesHost(inventory, pattern, name)) &&
      !unwanted.some((pattern) => namesHost(inventory, pattern, name)),
  )
  if (selected.length > 0) return selected
  throw new InputError([{ message: `--limit ${patterns.join(',')} leaves no host` }])
}

function problemOf<V>(inventory: Inventory<V>, pattern: string): readonly Problem[] {
  const name = pattern.replace(/^!/, '')
  if (name === '') return [{ message: '--limit has an empty name' }]
  const hosts = [...inventory.hosts, ...inventory.absent]
  if (hosts.some((host) => namesHost(inventory, name, host.name)) || inventory.groups.has(name)) return []
  const hint = didYouMean(name, ['all', ...inventory.groups.keys(), ...hosts.map((host) => host.name)])
  const what = isGlob(name) ? 'matches no host and no group' : 'is neither a host nor a group'
  return [{ message: `--limit: ${name} ${what}`, ...(hint === undefined ? {} : { hint }) }]
}

function namesHost<V>(inventory: Inventory<V>, pattern: string, host: string): boolean {
  if (pattern === 'all' || pattern === host) return true
  if (!isGlob(pattern)) return inventory.groups.get(pattern)?.includes(host) === true
  const glob = globPattern(pattern)
  if (glob.test(host)) return true
  return [...inventory.groups].some(([group, hosts]) => glob.test(group) && hosts.includes(host))
}

function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern)
}

function globPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}
