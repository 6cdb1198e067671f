import { closeRecord } from '../engine/run-journal.ts'
import type { Machine } from '../facts/machine.ts'
import type { RunRecord } from '../shared/run-record.ts'
import type { Connection } from '../transport/connection.ts'
import type { RunOptions } from './options.ts'

/** What has to be known of a node to find what a run left there. */
export interface RecordedNode {
  readonly host: { readonly name: string }
  readonly connection: Connection
  readonly facts: { readonly machine: Pick<Machine, 'lastRun'> }
}

/** A run that did not come to a good end, and the nodes that say so. */
export interface LeftOver {
  readonly id: string
  readonly nodes: readonly { readonly node: RecordedNode; readonly record: RunRecord }[]
  /** Somebody holds the lock of one of these nodes. */
  readonly isLocked: boolean
}

/** The last run, if it died, failed or was interrupted: what it left is found by what differs, this says whose it was. A later run outdates it. */
export function leftOver(nodes: readonly RecordedNode[]): LeftOver | undefined {
  const last = nodes.flatMap((node) => {
    const { lastRun } = node.facts.machine
    return lastRun === undefined ? [] : [{ node, ...lastRun }]
  })
  const id = last
    .map(({ record }) => record.id)
    .toSorted()
    .at(-1)
  const open = last.filter(({ record }) => record.id === id && isOpen(record))
  if (id === undefined || open.length === 0) return undefined
  return { id, nodes: open, isLocked: open.some(({ isLocked }) => isLocked) }
}

function isOpen({ outcome }: RunRecord): boolean {
  return outcome === undefined || outcome === 'interrupted' || outcome === 'failed'
}

/** Says what the last run left. `holdsLock`: the lock is ours, so that nobody else can be at work. */
export function tellOf(left: LeftOver | undefined, holdsLock: boolean, emit: RunOptions['emit']): void {
  const [first] = left?.nodes ?? []
  if (left === undefined || first === undefined) return
  const { by, command } = first.record
  const who = `run ${left.id} of ${by.user}@${by.host} (${command})`
  if (left.isLocked && !holdsLock) {
    emit({ kind: 'note', text: `${who} is at work now: what differs may be about to change` })
    return
  }
  const how = first.record.outcome === undefined ? 'died' : endings[first.record.outcome]
  const steps = left.nodes.map(({ node, record: { step } }) => {
    const when = step.ended === undefined ? 'during' : 'after'
    return `${when} \`${step.what}\` on ${node.host.name}`
  })
  const latest = left.nodes.toSorted((a, b) => (a.record.step.begun < b.record.step.begun ? -1 : 1)).at(-1)
  const rest = latest?.record.left
  const after = rest === undefined ? '' : `; not begun by then: ${rest}`
  const text = `${who} ${how ?? 'ended'} ${steps.join(', ')}${after}; ${nextOf(command, holdsLock)}`
  emit({ kind: 'warning', text })
}

/** An apply finds what differs; what an operator wanted besides, only the same command does. */
function nextOf(command: string, holdsLock: boolean): string {
  if (!/^(apply|rollback)\b/.test(command)) return 'run it again to go on'
  return holdsLock ? 'finishing what differs' : 'the next apply finishes what differs'
}

const endings: Readonly<Record<string, string>> = { interrupted: 'was stopped', failed: 'failed' }

/** Writes into its records that another run has done its work, and sweeps its temporary files. */
export async function closeLeftOver(left: LeftOver | undefined, runId: string): Promise<void> {
  await Promise.all(
    (left?.nodes ?? []).map(({ node, record }) => node.connection.run(closeRecord(record, runId))),
  )
}
