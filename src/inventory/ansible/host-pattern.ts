/** The hosts that a pattern of an inventory stands for, and their SSH port if it names one. */
export type HostPattern =
  | { readonly ok: true; readonly hosts: readonly string[]; readonly port: number | undefined }
  | { readonly ok: false; readonly message: string }

// A range such as [0:999][0:999][0:999] would fill the memory.
const maxHosts = 10_000

/** Expands `db[01:03].example`, `[a:f]`, `[1:9:2]`, several of them, and splits off `:2222`. */
export function expandHostPattern(pattern: string): HostPattern {
  const { name, port } = splitPort(pattern)
  if (name === '' || name.endsWith(':') || name === '---') return { ok: false, message: 'not a host name' }
  let hosts: readonly string[] = [name]
  while (hosts.some(hasRange)) {
    const expanded: string[] = []
    for (const host of hosts) {
      const found = hasRange(host) ? expandFirst(host) : { ok: true as const, hosts: [host] }
      if (!found.ok) return found
      if (expanded.length + found.hosts.length > maxHosts) {
        return { ok: false, message: `a range of more than ${maxHosts} hosts` }
      }
      for (const one of found.hosts) expanded.push(one)
    }
    hosts = expanded
  }
  if (hosts.some((host) => /[[\]]/.test(host)))
    return { ok: false, message: 'a range is [FROM:TO] or [FROM:TO:STEP]' }
  return { ok: true, hosts, port }
}

type Expanded =
  { readonly ok: true; readonly hosts: readonly string[] } | { readonly ok: false; readonly message: string }

function splitPort(pattern: string): { readonly name: string; readonly port: number | undefined } {
  const bracketed = /^\[([^\]]*:[^\]]*:[^\]]*|[^:[\]]+)\]:(\d{1,5})$/.exec(pattern)
  const plain = /^((?:[^:[\]]|\[[^\]]*\])+):(\d{1,5})$/.exec(pattern)
  const [, name, port] = bracketed ?? plain ?? []
  return name === undefined ? { name: pattern, port: undefined } : { name, port: Number(port) }
}

const range = /^([^[]*)\[([^\]]*)\](.*)$/

function hasRange(host: string): boolean {
  return /\[[^\]]*:[^\]]*\]/.test(host) && range.test(host)
}

function expandFirst(host: string): Expanded {
  const [, head = '', bounds = '', tail = ''] = range.exec(host) ?? []
  const [from = '', to = '', step = '1', ...more] = bounds.split(':')
  const steps = Number(step)
  if (more.length > 0 || !/^\d{1,9}$/.test(step) || steps === 0) {
    return { ok: false, message: 'a range is [FROM:TO] or [FROM:TO:STEP]' }
  }
  if (to === '') return { ok: false, message: 'a range needs an end, as in [01:03]' }
  const members = /^[A-Za-z]$/.test(from)
    ? letters(from, to, steps)
    : numbers(from === '' ? '0' : from, to, steps)
  if (!members.ok) return members
  return { ok: true, hosts: members.hosts.map((member) => `${head}${member}${tail}`) }
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

function letters(from: string, to: string, step: number): Expanded {
  const [first, last] = [alphabet.indexOf(from), alphabet.indexOf(to)]
  if (to.length !== 1 || last === -1) return { ok: false, message: 'a range of letters ends with one letter' }
  if (first > last) return { ok: false, message: 'a range goes upwards' }
  return {
    ok: true,
    hosts: Array.from(alphabet.slice(first, last + 1)).filter((_, index) => index % step === 0),
  }
}

// Leading zeros set the width: [01:10] and [001:100], but not [01:100].
function numbers(from: string, to: string, step: number): Expanded {
  if (!/^\d{1,9}$/.test(from) || !/^\d{1,9}$/.test(to)) {
    return { ok: false, message: 'a range goes from a number to a number, or from a letter to a letter' }
  }
  const width = from.startsWith('0') && from.length > 1 ? from.length : 0
  if (width > 0 && width !== to.length) {
    return { ok: false, message: 'with leading zeros, both ends of a range have the same length' }
  }
  const count = Math.floor((Number(to) - Number(from)) / step) + 1
  if (count > maxHosts) return { ok: false, message: `a range of more than ${maxHosts} hosts` }
  const members = Array.from({ length: Math.max(count, 0) }, (_, index) => Number(from) + index * step)
  if (members.length === 0) return { ok: false, message: 'a range goes upwards' }
  return { ok: true, hosts: members.map((member) => String(member).padStart(width, '0')) }
}
