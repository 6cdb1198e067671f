import { type Exam, type UnitName, unitsOn } from './exam.ts'
import type { Finding } from './finding.ts'

/** Units that should run and do not, and that no other cause explains. */
export function down(exam: Exam, explained: readonly Finding[]): readonly Finding[] {
  return exam.nodes.flatMap(({ host, units, journals }) =>
    unitsOn(exam.cluster, host).flatMap((unit) => {
      const state = units.get(unit)
      const isExplained = explained.some((finding) => explains(finding, host, unit))
      if (state === undefined || isExplained || ['active', 'reloading'].includes(state.active)) return []
      const last = journals.get(unit)?.at(-1)?.text ?? 'its journal is empty'
      const how = state.load === 'loaded' ? state.active : state.load
      return [
        {
          cause: 'unit down',
          host,
          unit,
          lasting: false,
          evidence: `${unit}.service on ${host} is ${how}: ${last}`,
          remedy: `run pgha apply --limit ${host}, which starts it; see journalctl -u ${unit}`,
        },
      ]
    }),
  )
}

/** Too few servers of the DCS is one finding, not one per server that is down. */
function explains(finding: Finding, host: string, unit: UnitName): boolean {
  if (finding.unit !== unit) return false
  return finding.host === host || finding.cause === 'DCS without quorum'
}
