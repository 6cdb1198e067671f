import { renameSync, writeFileSync } from 'node:fs'

import { drill, type DrillResult, stoppedOnRequest } from '../../actions/drill.ts'
import { listFaults } from '../../actions/drill-plan.ts'
import { readResults } from '../../actions/drill-results.ts'
import { drillHtml } from '../../report/drill-html.ts'
import { drillJunit } from '../../report/drill-junit.ts'
import { drillMarkdown } from '../../report/drill-markdown.ts'
import { overall } from '../../report/drill-rows.ts'
import { drillText } from '../../report/drill-text.ts'
import { table } from '../../report/table.ts'
import { InputError } from '../../shared/errors.ts'
import type { Command, CommandContext } from '../context.ts'
import { exit } from '../exit.ts'
import { confirmed } from '../operation.ts'
import { flagOption, numberOption, type Raw, textOption, wordsOption } from '../raw.ts'

/** Exit code 3 when a bound is broken or a write lost, 1 when the machine is too noisy to tell. */
export const command: Command = async (context) => {
  const { arguments: given, options, colors, print } = context
  const { raw, json } = given
  if (flagOption(raw, 'list')) {
    const { faults, suites } = listFaults()
    print(json ? `${JSON.stringify({ faults, suites }, null, 2)}\n` : listText(faults, suites))
    return exit.ok
  }
  const write = writerOf(raw)
  const earlier = wordsOption(raw, 'from')
  if (earlier.length > 0) return reported(readResults(earlier), context, write)
  const result = await drill({
    ...options,
    plan: {
      ...{
        faults: wordsOption(raw, 'faults'),
        suite: textOption(raw, 'suite'),
        file: textOption(raw, 'plan'),
      },
      ...{ rounds: whole(raw, 'rounds', 1) ?? 1, hold: whole(raw, 'hold', 1) },
    },
    ...{ seed: whole(raw, 'seed', 0) ?? 1, writers: whole(raw, 'writers', 1) ?? 1 },
    ...{ graceSeconds: whole(raw, 'grace', 1) ?? 60, thinkMs: whole(raw, 'think', 0) ?? 10 },
    ...{ on: textOption(raw, 'on'), ackLog: textOption(raw, 'ackLog') },
    ...{ label: textOption(raw, 'label'), reinit: flagOption(raw, 'reinit') },
    confirm: (intent) => confirmed(intent, context),
    onTrial: (trial) => {
      write([trial])
    },
  })
  if (result === undefined) return exit.ok
  print(json ? jsonText(result) : drillText(result, colors))
  if (result.endedEarly === stoppedOnRequest) return exit.interrupted
  return codes[overall(result)]
}

const codes = { pass: exit.ok, fail: exit.unhealthy, inconclusive: exit.failed, 'not tested': exit.failed }

/** Results of earlier drills, in one report; the worst of them is the exit code. */
function reported(
  results: readonly DrillResult[],
  { arguments: { json }, colors, print }: CommandContext,
  write: (results: readonly DrillResult[]) => void,
): number {
  write(results)
  print(json ? jsonText(results) : results.map((result) => drillText(result, colors)).join('\n'))
  return Math.max(...results.map((result) => codes[overall(result)]))
}

function jsonText(results: DrillResult | readonly DrillResult[]): string {
  const withVerdict = (result: DrillResult) => ({ verdict: overall(result), ...result })
  // JSON has no Infinity: a bound that nothing promises is null.
  return `${JSON.stringify('trials' in results ? withVerdict(results) : results.map(withVerdict), null, 2)}\n`
}

function writerOf(raw: Raw): (results: readonly DrillResult[]) => void {
  const wanted = [
    ['junit', drillJunit],
    ['html', drillHtml],
    ['markdown', drillMarkdown],
  ] as const
  const files = wanted.flatMap(([name, render]) => {
    const path = textOption(raw, name)
    return path === undefined ? [] : [{ path, render }]
  })
  return (results) => {
    for (const { path, render } of files) {
      // Whole or not at all: a drill that is killed leaves the report of its last round.
      writeFileSync(`${path}.part`, render(results))
      renameSync(`${path}.part`, path)
    }
  }
}

function listText(
  faults: ReturnType<typeof listFaults>['faults'],
  suites: ReturnType<typeof listFaults>['suites'],
): string {
  const rows = faults.map(({ id, victim, what }) => [id, victim, what])
  const names = Object.entries(suites).map(([name, ids]) => `${name}: ${ids.join(', ')}`)
  return `${table([['fault', 'befalls', 'what'], ...rows])}\n\n${names.join('\n')}\n`
}

function whole(raw: Raw, name: string, least: number): number | undefined {
  const value = numberOption(raw, name)
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return value
  throw new InputError([{ message: `--${name} takes a whole number of at least ${least}` }])
}
