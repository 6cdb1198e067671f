import { randomBytes } from 'node:crypto'

import { PghaError } from '../shared/errors.ts'
import type { Connection } from '../transport/connection.ts'
import type { Reader, Reading, Resource, ResourceType } from './resource.ts'

/** What was found on a host: the state of each resource, by its id. */
export type States = ReadonlyMap<string, unknown>

// Reading takes a second; a FIFO where a file should be, or a dead NFS server, would hold it for ever.
const probeTimeoutMs = 120_000

/** Reads all resources of a host in one round trip, one fragment for all that are read alike. Changes nothing. */
export async function probe(connection: Connection, resources: readonly Resource[]): Promise<States> {
  if (resources.length === 0) return new Map()
  const groups = grouped(resources)
  const readings = merged(groups.flatMap(({ readings }) => readings))
  const nonce = randomBytes(8).toString('hex')
  const answer = await connection.run(probeScript(readings, groups, nonce), {
    timeoutMs: probeTimeoutMs,
    isQuery: true,
  })
  const sections = readSections(answer.stdout, nonce)
  if (sections === undefined) {
    throw new PghaError('failed', `reading the node broke off (exit code ${answer.code})`, {
      host: connection.host,
      evidence: lastLines(answer.stderr),
    })
  }
  return statesOf(readings, groups, sections)
}

/** Resources that are read and understood in the same way: files, units and cron jobs by one `stat` and one `sha256sum`. */
interface Group {
  readonly type: ResourceType<unknown, unknown>
  readonly wants: readonly unknown[]
  readonly members: readonly Resource[]
  readonly readings: readonly Reading[]
}

function grouped(resources: readonly Resource[]): readonly Group[] {
  const groups: { readonly type: ResourceType<unknown, unknown>; readonly members: Resource[] }[] = []
  for (const one of resources) {
    const group = groups.find(({ type }) => type.probe === one.type.probe && type.parse === one.type.parse)
    if (group === undefined) groups.push({ type: one.type, members: [one] })
    else group.members.push(one)
  }
  return groups.map(({ type, members }) => {
    const wants = members.map(({ want }) => want)
    return { type, members, wants, readings: type.shared?.(wants) ?? [] }
  })
}

/** Each reader once, with all that any type needs of it. */
function merged(readings: readonly Reading[]): readonly Reading[] {
  const items = new Map<Reader<unknown>, Map<string, unknown>>()
  for (const { by, items: more } of readings) {
    const known = items.get(by) ?? new Map<string, unknown>()
    for (const item of more) known.set(JSON.stringify(item), item)
    items.set(by, known)
  }
  return [...items].map(([by, known]) => ({ by, items: [...known.values()] }))
}

function probeScript(readings: readonly Reading[], groups: readonly Group[], nonce: string): string {
  const shared = readings.map(({ by, items }) => by.read(items))
  const own = groups.map(({ type, wants }) => {
    const fragment = type.probe(wants)
    // A subshell: no fragment can end the script or leave anything to the next.
    return fragment === '' || type.isPlain === true ? fragment : `(\n${fragment}\n)`
  })
  const sections = [...shared, ...own].map(
    (fragment, index) => `printf '\\n@${nonce} ${index}\\n'\n${fragment}`,
  )
  return [...sections, `printf '\\n@${nonce} end\\n'`].join('\n')
}

/** Sections between markers, or undefined when the end marker is missing: then nothing may be concluded. */
function readSections(stdout: string, nonce: string): readonly string[] | undefined {
  const parts = stdout.split(new RegExp(`(?:^|\\n)@${nonce} (\\d+|end)\\n`))
  if (parts.at(-2) !== 'end') return undefined
  return parts.filter((_, index) => index % 2 === 0).slice(1, -1)
}

function statesOf(
  readings: readonly Reading[],
  groups: readonly Group[],
  sections: readonly string[],
): States {
  const states = new Map<string, unknown>()
  for (const [index, { type, members, wants, readings: needed }] of groups.entries()) {
    const shared = needed.map(({ by }) => sections[readings.findIndex((one) => one.by === by)] ?? '')
    const found = type.parse([...shared, sections[readings.length + index] ?? ''].join('\n'), wants)
    for (const [place, member] of members.entries()) states.set(member.id, found[place])
  }
  return states
}

/** The last lines of a command's stderr: what an operator needs to see of it. */
export function lastLines(text: string, count = 8): readonly string[] {
  return text.trimEnd().split('\n').filter(Boolean).slice(-count)
}
