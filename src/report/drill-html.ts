import { type DrillResult, type Trial, verdictOf } from '../drill/result.ts'
import { cellText, compared } from './drill-compare.ts'
import { drillChart } from './drill-chart.ts'
import { xml } from './drill-junit.ts'
import { boundText, type FaultRow, faultRows, overall, secondsText, seedText } from './drill-rows.ts'

const style = `body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:1000px;padding:0 1em;color:#111;background:#fff}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.3em .5em;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%;font:11px system-ui,sans-serif;background:#fafafa;border:1px solid #eee}
.pass{color:#047857}.fail{color:#b91c1c;font-weight:600}.inconclusive{color:#b45309}.not-tested{color:#6b7280}
summary{cursor:pointer;margin:.4em 0}small{color:#555}`

/** The whole report as one file that opens without a network: no script, no font, no picture from elsewhere. */
export function drillHtml(results: readonly DrillResult[]): string {
  const title = `Drill of ${results.map(({ label }) => label).join(', ')}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${xml(title)}</title><style>${style}</style></head><body>
${results.length === 1 ? '' : comparison(results)}
${results.map(sectionOf).join('\n')}
</body></html>
`
}

function comparison(results: readonly DrillResult[]): string {
  const rows = compared(results).map(({ fault, what, cells }) => {
    const columns = cells.map(
      (cell) =>
        `<td class="${cell === undefined ? '' : className(cell.verdict)}">${xml(cellText(cell))}</td>`,
    )
    return `<tr><td><b>${xml(fault)}</b><br><small>${xml(what)}</small></td>${columns.join('')}</tr>`
  })
  return `<h1>Drills side by side</h1>
<p>Longest time without writes, median / worst of the rounds; acknowledged writes lost through the VIP + inside the node
of the fault; split brain by acknowledgements.</p>
<table><tr><th>fault</th>${results.map(({ label }) => `<th>${xml(label)}</th>`).join('')}</tr>
${rows.join('\n')}
</table>`
}

function sectionOf(result: DrillResult): string {
  const rows = faultRows(result)
  const { machine } = result
  return `<h1>Drill of ${xml(result.label)}: <span class="${className(overall(result))}">${overall(result)}</span></h1>
<p>${xml(result.startedAt)} to ${xml(result.endedAt)}, run ${xml(result.runId)}, seed ${seedText(result)},
${result.replication} replication, ${result.writers} writers.
Clients on a machine with ${machine.cpus} CPUs, ${machine.memoryGb} GB, Node ${xml(machine.node)}.
Configuration ${xml(result.configuration)}.${result.finished ? '' : ' <b>The drill is not finished.</b>'}
${result.endedEarly === undefined ? '' : `<b>Ended early: ${xml(result.endedEarly)}.</b>`}</p>
<table><tr><th>fault</th><th>rounds</th><th>no writes, median</th><th>worst</th><th>bound</th><th>acknowledged</th>
<th>lost, VIP</th><th>lost, inside</th><th>split</th><th>whole again after</th><th>verdict</th></tr>
${rows
  .filter(({ measured }) => measured > 0)
  .map(rowText)
  .join('\n')}
</table>
${notTested(rows)}
<h2>Rounds</h2>
<p><small>Black: acknowledgements a second through the VIP. Red line: those of writers inside the node of the fault.
Red marks: writes without acknowledgement. Red area: the longest time in which nobody could write.</small></p>
${result.trials.map(trialText).join('\n')}
<h2>Circumstances</h2>
<table>${Object.entries(result.settings)
    .map(([name, value]) => `<tr><td>${xml(name)}</td><td>${xml(String(value))}</td></tr>`)
    .join('')}
${result.nodes.map(({ host, versions }) => `<tr><td>${xml(host)}</td><td>${xml(versions.join(', '))}</td></tr>`).join('')}</table>`
}

function rowText(row: FaultRow): string {
  const numbers = [...[secondsText(row.medianMs), secondsText(row.worstMs)]]
  const counts = [row.acknowledged, row.lostVip, row.lostInside, row.splitAcks].map(String)
  const cell = (text: string) => `<td class="n">${xml(text)}</td>`
  const remarks = row.remarks.map((one) => `<br><small>${xml(one)}</small>`).join('')
  return `<tr><td><b>${xml(row.fault)}</b><br><small>${xml(row.what)}</small>${remarks}</td>${cell(`${row.measured}/${row.rounds}`)}${numbers.map(cell).join('')}<td>${xml(boundText(row))}</td>${counts.map(cell).join('')}${cell(secondsText(row.redundancyWorstMs))}<td class="${className(row.verdict)}">${row.verdict}</td></tr>`
}

function notTested(rows: readonly FaultRow[]): string {
  const untested = rows.filter(({ measured }) => measured === 0)
  if (untested.length === 0) return ''
  const items = untested.map(
    ({ fault, what, remarks }) => `<li><b>${xml(fault)}</b> (${xml(what)}): ${xml(remarks.join('; '))}</li>`,
  )
  return `<h2>Not tested</h2><ul>${items.join('')}</ul>`
}

function trialText(trial: Trial): string {
  const { fault, round, rounded, assessment } = trial
  const verdict = verdictOf(trial)
  const head = `<b>${xml(fault)}</b> round ${round}: <span class="${className(verdict)}">${verdict}</span>`
  if (rounded.kind !== 'measured') return `<p>${head} <small>${xml(rounded.reason)}</small></p>`
  const { figures, victims, leader, leaderAfter } = rounded
  const { outage, fate, vip, reads } = figures
  const facts = [
    `no writes for ${secondsText(outage.longestMs)} (one client ${secondsText(outage.clientMs)}, new connections ${secondsText(outage.freshMs)}, before the fault ${secondsText(outage.baselineMs)})`,
    ...(outage.timelineMs === undefined ? [] : [`by the rows' timelines ${secondsText(outage.timelineMs)}`]),
    `leader ${leader} → ${leaderAfter}`,
    ...(victims.length === 0 ? [] : [`on ${victims.join(', ')}`]),
    `${fate.acknowledged} acknowledged, ${fate.unknown} without an answer (${fate.unknownPresent} of them there)`,
    `VIP: none ${secondsText(vip.noneMs)}, two ${secondsText(vip.twoMs)}`,
    `replicas stale by at most ${secondsText(reads.staleMaxMs)}`,
    ...(assessment?.reasons ?? []),
  ]
  const open = verdict === 'pass' ? '' : ' open'
  return `<details${open}><summary>${head}, <small>no writes for ${secondsText(outage.longestMs)}</small></summary>${drillChart(rounded)}<small>${facts.map(xml).join('; ')}</small></details>`
}

function className(verdict: FaultRow['verdict']): string {
  return verdict.replace(' ', '-')
}
