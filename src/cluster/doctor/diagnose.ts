import type { Connection } from '../../transport/connection.ts'
import { dcsOf } from '../dcs/index.ts'
import type { Cluster } from '../cluster.ts'
import { memberStatuses, type MemberStatus } from '../members.ts'
import { divergence } from './divergence.ts'
import { down } from './down.ts'
import type { Exam, NodeExam } from './exam.ts'
import type { Finding } from './finding.ts'
import { fromLogs } from './from-logs.ts'
import { belonging } from './history.ts'
import { listening } from './listening.ts'
import { quorum } from './quorum.ts'
import { examineNode } from './read.ts'
import { resources } from './resources.ts'

/** Looks at the nodes of this run and names the known causes of trouble, the deepest first. Changes nothing. */
export async function diagnose(cluster: Cluster): Promise<readonly Finding[]> {
  return findingsOf(await examine(cluster))
}

/** The causes in what was seen. Pure. */
export function findingsOf(exam: Exam): readonly Finding[] {
  const causes = [resources, quorum, belonging, listening, fromLogs, divergence]
  const found = causes.flatMap((cause) => cause(exam))
  return distinct([...found, ...down(exam, found)])
}

/** One per cause and host: the first rule that found it has the better evidence. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ cause, host }: Finding) => `${host} ${cause}`
  return findings.filter((one, index) => findings.findIndex((other) => key(other) === key(one)) === index)
}

async function examine(cluster: Cluster): Promise<Exam> {
  const connections = [...cluster.connections.values()]
  const [nodes, members, leaders] = await Promise.all([
    Promise.all(connections.map(examined)),
    memberStatuses(cluster),
    Promise.all(cluster.dcsServers.map((node) => dcsOf(cluster).leaderSeenBy(cluster, node))),
  ])
  const dcsLeaders = cluster.dcsServers.flatMap(({ host }, index) => {
    const answer = leaders[index]
    if (answer === undefined || !cluster.connections.has(host)) return []
    return [[host, 'leader' in answer ? answer.leader : undefined] as const]
  })
  const membersAgain = someoneIsAhead(members) ? await memberStatuses(cluster) : []
  return { cluster, nodes: nodes.flat(), members, membersAgain, dcsLeaders: new Map(dcsLeaders) }
}

/** A node that cannot be examined must not hide what the others show. */
async function examined(connection: Connection): Promise<readonly NodeExam[]> {
  try {
    return [await examineNode(connection)]
  } catch {
    return []
  }
}

function someoneIsAhead(members: readonly MemberStatus[]): boolean {
  const leader = members.find(({ isLeader }) => isLeader)
  if (leader?.position === undefined) return false
  const { position } = leader
  return members.some((member) => (member.position ?? 0) > position)
}
