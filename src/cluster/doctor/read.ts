import { randomBytes } from 'node:crypto'

import { PghaError } from '../../shared/errors.ts'
import type { Connection } from '../../transport/connection.ts'
import type { DataDirectory, Disk, Line, Listener, NodeExam, UnitState } from './exam.ts'
import { examScript } from './script.ts'

/** Examines one node in one round trip. */
export async function examineNode(connection: Connection): Promise<NodeExam> {
  const nonce = randomBytes(8).toString('hex')
  const beganMs = Date.now()
  const { stdout, stderr } = await connection.run(examScript(nonce), { timeoutMs: 30_000 })
  const sections = sectionsOf(stdout, nonce)
  if (!sections.has('end')) {
    throw new PghaError('failed', 'examining the node broke off', {
      host: connection.host,
      evidence: stderr.trimEnd().split('\n').slice(-5),
    })
  }
  return parseExam(connection.host, sections, beganMs)
}

/** Text by section. */
export type Sections = ReadonlyMap<string, string>

/** Takes what `examScript` printed apart. */
export function sectionsOf(stdout: string, nonce: string): Sections {
  const parts = stdout.split(new RegExp(`(?:^|\\n)@${nonce} (.+)\\n`)).slice(1)
  return new Map(parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1] ?? '']] : [])))
}

/** `beganMs`: when the script was sent, by our clock. */
export function parseExam(host: string, sections: Sections, beganMs: number): NodeExam {
  const of = (name: string) => sections.get(name) ?? ''
  const clock = Number(of('clock').trim())
  const journals = [...sections.keys()].flatMap((name) =>
    name.startsWith('journal ') ? [[name.slice('journal '.length), linesOf(of(name), clock)] as const] : [],
  )
  return {
    host,
    clockOffset: clock - beganMs / 1000,
    units: unitsOf(of('units')),
    journals: new Map(journals),
    disks: disksOf(of('disks')),
    listeners: listenersOf(of('listeners')),
    addresses: rows(of('addresses')),
    data: dataOf(of('data')),
  }
}

function rows(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

function unitsOf(text: string): ReadonlyMap<string, UnitState> {
  return new Map(
    rows(text).map((row) => {
      const [name = '', load = '', active = ''] = row.split('|')
      return [name, { load, active }]
    }),
  )
}

/** `2026-11-22T20:10:09+0000 n3 patroni[123]: text`, oldest first; what follows without a date belongs to the line before. */
function linesOf(text: string, clock: number): readonly Line[] {
  let secondsAgo = Number.POSITIVE_INFINITY
  return rows(text).map((row) => {
    const [, time, hours, minutes, message] =
      /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)([+-]\d\d):?(\d\d) \S+ [^:]+: (.*)$/.exec(row) ?? []
    if (message === undefined) return { secondsAgo, text: row.trim() }
    secondsAgo = clock - Date.parse(`${time ?? ''}${hours ?? ''}:${minutes ?? ''}`) / 1000
    return { secondsAgo, text: message.trim() }
  })
}

function disksOf(text: string): readonly Disk[] {
  return rows(text).flatMap((row) => {
    const [, kind, size, available, mount] =
      /^(bytes|inodes) .+? (\d+) +\d+ +(-?\d+) +\S+ (\/.*)$/.exec(row) ?? []
    if ((kind !== 'bytes' && kind !== 'inodes') || mount === undefined) return []
    const unit = kind === 'bytes' ? 1024 : 1
    return [{ mount, what: kind, size: Number(size) * unit, available: Number(available) * unit }]
  })
}

function listenersOf(text: string): readonly Listener[] {
  return rows(text).map((row) => {
    const [local = '', program = '', pid = '', unit = ''] = row.split('|')
    const colon = local.lastIndexOf(':')
    return {
      address: local.slice(0, colon).replaceAll(/[[\]]/g, ''),
      port: Number(local.slice(colon + 1)),
      program: program || undefined,
      pid: pid === '' ? undefined : Number(pid),
      unit: unit || undefined,
    }
  })
}

function dataOf(text: string): DataDirectory {
  const field = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(text)?.[1]
  return { path: field('path') ?? '', hasData: field('has') === 'yes', systemId: field('id') }
}
