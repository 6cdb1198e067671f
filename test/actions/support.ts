import type { RunOptions } from '../../src/actions/options.ts'
import type { SurveyedNode } from '../../src/actions/survey.ts'
import type { Event } from '../../src/engine/events.ts'
import type { Resource } from '../../src/engine/resource.ts'
import { RunJournal } from '../../src/engine/run-journal.ts'
import type { SiteHost } from '../../src/roles/site.ts'
import type { Connection } from '../../src/transport/connection.ts'
import { factsOf, hostsOf, inventory, type NodeOptions } from '../roles/support.ts'

export const runId = '20261122T184500-3f2a'

/** Options of a run without anything special; events are kept. */
export function runOptions(more: Partial<RunOptions> = {}): {
  readonly options: RunOptions
  readonly events: Event[]
} {
  const events: Event[] = []
  const options: RunOptions = {
    inventory: 'inventory.yaml',
    extraVars: [],
    limit: undefined,
    tags: [],
    skipTags: [],
    forks: 8,
    acceptNew: false,
    skipUnreachable: [],
    maxDisruption: 'switchover',
    command: 'apply',
    emit: (event) => events.push(event),
    ...more,
  }
  return { options, events }
}

export const hosts = hostsOf(inventory())

export function journal(): RunJournal {
  const by = { user: 'ann', host: 'desk' }
  return new RunJournal({
    id: runId,
    by,
    command: 'apply',
    inventory: '',
    plan: '',
    started: '2026-11-22T18:45:00Z',
  })
}

export interface NodeMore extends NodeOptions {
  readonly clockOffset?: number
  readonly machineId?: string
  readonly family?: 'debian' | 'el'
}

/** A node of this run, as the survey gives it. */
export async function surveyed(
  host: SiteHost,
  connection: Connection,
  resources: readonly Resource[] = [],
  { clockOffset = 0, machineId = host.name, family = 'debian', ...more }: NodeMore = {},
): Promise<SurveyedNode> {
  const facts = await factsOf(family, host.vars.address, more)
  return {
    host,
    connection,
    facts: { ...facts, machine: { ...facts.machine, id: machineId } },
    resources,
    isLeaving: false,
    clockOffset,
    connectAgain: () => Promise.resolve(connection),
  }
}
