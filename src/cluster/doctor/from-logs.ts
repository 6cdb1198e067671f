import { type Exam, isWell, memberOn, type Line, type NodeExam, type UnitName, unitsOn } from './exam.ts'
import type { Finding } from './finding.ts'
import { logCauses } from './log-causes.ts'

// Patroni and PostgreSQL repeat what ails them every loop_wait; what is older may be over.
const presentSeconds = 20

/** Causes that the journals name, of units and members that are not well: elsewhere such lines are history. */
export function fromLogs(exam: Exam): readonly Finding[] {
  return exam.nodes.flatMap((node) =>
    unitsOn(exam.cluster, node.host)
      .filter((unit) => isAiling(exam, node, unit))
      .flatMap((unit) => namedIn(node, unit)),
  )
}

function isAiling(exam: Exam, { host, units }: NodeExam, unit: UnitName): boolean {
  if (units.get(unit)?.active !== 'active') return true
  if (unit === exam.cluster.dcs) return exam.dcsLeaders.get(host) === undefined
  const member = unit === 'patroni' ? memberOn(exam, host) : undefined
  return member !== undefined && !isWell(member)
}

/** What was said just now counts; only when that names no cause, what was said before. */
function namedIn(node: NodeExam, unit: UnitName): readonly Finding[] {
  const lines = node.journals.get(unit) ?? []
  const present = causesIn(
    lines.filter(({ secondsAgo }) => secondsAgo <= presentSeconds),
    node,
    unit,
  )
  if (present.length > 0) return present
  return causesIn(lines, node, unit)
    .slice(0, 1)
    .map((finding) => ({ ...finding, lasting: false }))
}

function causesIn(lines: readonly Line[], { host }: NodeExam, unit: UnitName): readonly Finding[] {
  return logCauses.flatMap(({ cause, pattern, remedy, lasting }) => {
    const line = lines.findLast(({ text }) => pattern.test(text))
    if (line === undefined) return []
    const parts = (pattern.exec(line.text) ?? []).slice(1)
    return [{ cause, host, unit, lasting, evidence: `${unit}: ${line.text}`, remedy: remedy(host, parts) }]
  })
}
