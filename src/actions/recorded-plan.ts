import { type Change, type Plan, planHost } from '../engine/plan.ts'
import { probe } from '../engine/probe.ts'
import type { RunJournal } from '../engine/run-journal.ts'
import type { RunOptions } from './options.ts'
import { recorded } from './recorded.ts'
import type { RunSite } from './site.ts'
import type { SurveyedNode } from './survey.ts'

export interface PlannedRun {
  readonly runId: string
  readonly site: RunSite
  readonly nodes: readonly SurveyedNode[]
  readonly plan: Plan
  readonly options: RunOptions
}

/** Carries out a plan with a record on each node that it changes; whatever happens, says what is left. */
export function recordedPlan<T>(run: PlannedRun, work: (journal: RunJournal) => Promise<T>): Promise<T> {
  const { runId, site, nodes, plan, options } = run
  const connections = new Map(nodes.map(({ host, connection }) => [host.name, connection]))
  const planned = plan.changes.map(({ host, resource, verb, summary }) => [host, resource, verb, summary])
  const tellLeft = () => tellWhatIsLeft(run)
  return recorded({ runId, site, connections, planned, options, tellLeft }, work)
}

const shownChanges = 12

async function tellWhatIsLeft({ nodes, plan, options }: PlannedRun): Promise<void> {
  const left = (await Promise.all(nodes.map((node) => leftOn(node, plan)))).flat()
  const lines = left.slice(0, shownChanges).map((one) => `  ${one}`)
  const more = left.length > shownChanges ? [`  and ${left.length - shownChanges} more`] : []
  const head = left.length === 0 ? 'left to do: nothing differs any more' : 'left to do, by the next apply:'
  options.emit({ kind: 'note', text: [head, ...lines, ...more].join('\n') })
}

async function leftOn({ host, connection, resources }: SurveyedNode, plan: Plan): Promise<readonly string[]> {
  const text = ({ resource, verb }: Change) => `${host.name}  ${verb} ${resource}`
  try {
    return planHost(host.name, resources, await probe(connection, resources)).map(text)
  } catch {
    const planned = plan.changes.filter((change) => change.host === host.name)
    return planned.map((change) => `${text(change)} (unknown: the node cannot be asked)`)
  }
}
