import type { Exam, NodeExam } from './exam.ts'
import type { Finding } from './finding.ts'

/** Data that belongs to another cluster than the DCS says, on one node or on all. */
export function belonging(exam: Exam): readonly Finding[] {
  const leaderless = !exam.members.some(({ isLeader }) => isLeader)
  return [...(leaderless ? staleKeys(exam) : []), ...mismatches(exam, leaderless)]
}

// Patroni ends with this line; the first number is the `initialize` key of the DCS, the second is that of the data.
const mismatch = /system ID mismatch, node (\S+) belongs to a different cluster: (\d+) != (\d+)/
const waiting = /waiting for leader to bootstrap/

function staleKeys(exam: Exam): readonly Finding[] {
  const { nodes, cluster } = exam
  const members = nodes.filter(({ host }) => cluster.members.some((member) => member.host === host))
  const isAll = members.length === cluster.members.length
  const isBare = isAll && members.every(({ data }) => !data.hasData)
  const isBootstrapping = exam.members.some(({ state }) => /initializ|bootstrap|creating/.test(state))
  if (!isBare || isBootstrapping) return []
  const [said] = members.flatMap((node) => recent(node, waiting).map((text) => ({ host: node.host, text })))
  return said === undefined ? [] : [stale(exam, said.host, `patroni: ${said.text}; no member has data`)]
}

function stale({ cluster }: Exam, host: string, evidence: string): Finding {
  return {
    cause: 'stale DCS keys',
    host,
    unit: 'patroni',
    lasting: true,
    evidence,
    remedy: `the DCS remembers a former cluster "${cluster.scope}" whose data is gone: restore its data, or forget it with \`patronictl -c /etc/patroni/patroni.yml remove ${cluster.scope}\` on ${host}; then run pgha apply`,
  }
}

/** Nobody has the data that the DCS remembers: the DCS is what is wrong. Else it is the node. */
function mismatches(exam: Exam, leaderless: boolean): readonly Finding[] {
  const found = exam.nodes.flatMap((node) => {
    const [text] = recent(node, mismatch)
    const [, , wanted = '', own = ''] = mismatch.exec(text ?? '') ?? []
    return text === undefined ? [] : [{ host: node.host, text, wanted, own, path: node.data.path }]
  })
  const [first] = found
  if (first === undefined) return []
  const isKnown = exam.nodes.some(({ data }) => data.systemId === first.wanted)
  if (leaderless && !isKnown) return [stale(exam, first.host, `patroni: ${first.text}`)]
  return found.map(({ host, text, path }) => ({
    cause: 'system identifier mismatch',
    host,
    unit: 'patroni',
    lasting: true,
    evidence: `patroni: ${text}`,
    remedy: `${host} holds the data of another cluster: if it is of no use, move ${path} away and systemctl restart patroni, which clones it anew; if it is the right one, correct patroni.scope`,
  }))
}

/** The last such line of the last seconds, if there is one. */
function recent({ journals }: NodeExam, pattern: RegExp): readonly string[] {
  const line = journals.get('patroni')?.findLast(({ text }) => pattern.test(text))
  return line === undefined || line.secondsAgo > 20 ? [] : [line.text]
}
