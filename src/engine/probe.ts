import { randomBytes } from 'node:crypto'

import { PghaError } from '../shared/errors.ts'
import type { Connection } from '../transport/connection.ts'
import type { Resource, ResourceType } from './resource.ts'

/** What was found on a host: the state of each resource, by its id. */
export type States = ReadonlyMap<string, unknown>

// Reading takes a second; a FIFO where a file should be, or a dead NFS server, would hold it for ever.
const probeTimeoutMs = 120_000

/** Reads all resources of a host in one round trip, one fragment for all that are read alike. Changes nothing. */
export async function probe(connection: Connection, resources: readonly Resource[]): Promise<States> {
  if (resources.length === 0) return new Map()
  const groups = grouped(resources)
  const nonce = randomBytes(8).toString('hex')
  const answer = await connection.run(probeScript(groups, nonce), { timeoutMs: probeTimeoutMs })
  const sections = readSections(answer.stdout, nonce)
  if (sections === undefined) {
    throw new PghaError('failed', `reading the node broke off (exit code ${answer.code})`, {
      host: connection.host,
      evidence: lastLines(answer.stderr),
    })
  }
  return statesOf(groups, sections)
}

/** Resources that are read and understood in the same way: files, units and cron jobs by one `stat` and one `sha256sum`. */
interface Group {
  readonly type: ResourceType<unknown, unknown>
  readonly members: Resource[]
}

function grouped(resources: readonly Resource[]): readonly Group[] {
  const groups: Group[] = []
  for (const one of resources) {
    const group = groups.find(({ type }) => type.probe === one.type.probe && type.parse === one.type.parse)
    if (group === undefined) groups.push({ type: one.type, members: [one] })
    else group.members.push(one)
  }
  return groups
}

function probeScript(groups: readonly Group[], nonce: string): string {
  const fragments = groups.map(({ type, members }, index) => {
    const fragment = type.probe(members.map((member) => member.want))
    // A subshell each: no fragment can end the script or leave variables to the next.
    return `printf '\\n@${nonce} ${index}\\n'\n(\n${fragment}\n)`
  })
  return [...fragments, `printf '\\n@${nonce} end\\n'`].join('\n')
}

/** Sections between markers, or undefined when the end marker is missing: then nothing may be concluded. */
function readSections(stdout: string, nonce: string): readonly string[] | undefined {
  const parts = stdout.split(new RegExp(`(?:^|\\n)@${nonce} (\\d+|end)\\n`))
  if (parts.at(-2) !== 'end') return undefined
  return parts.filter((_, index) => index % 2 === 0).slice(1, -1)
}

function statesOf(groups: readonly Group[], sections: readonly string[]): States {
  const states = new Map<string, unknown>()
  for (const [index, { type, members }] of groups.entries()) {
    const found = type.parse(
      sections[index] ?? '',
      members.map((member) => member.want),
    )
    for (const [place, member] of members.entries()) states.set(member.id, found[place])
  }
  return states
}

/** The last lines of a command's stderr: what an operator needs to see of it. */
export function lastLines(text: string, count = 8): readonly string[] {
  return text.trimEnd().split('\n').filter(Boolean).slice(-count)
}
