import { dcsOf } from '../dcs/index.ts'
import type { Exam, Listener, NodeExam, UnitName } from './exam.ts'
import type { Finding } from './finding.ts'

/** A port of ours that another program listens on, and a REST API that cannot listen where it is told to. */
export function listening(exam: Exam): readonly Finding[] {
  return exam.nodes.flatMap((node) => [...strangers(exam, node), ...restFailures(node)])
}

interface Port {
  readonly port: number
  readonly unit: UnitName
}

function portsOn({ cluster }: Exam, host: string): readonly Port[] {
  const member = cluster.members.find((one) => one.host === host)
  const balancer = cluster.balancers.find((one) => one.host === host)
  const hasDcs = cluster.dcsServers.some((one) => one.host === host)
  return [
    ...(hasDcs ? [dcsOf(cluster)] : []),
    ...(member === undefined
      ? []
      : [member.port, member.restPort].map((port) => ({ port, unit: 'patroni' }) as const)),
    ...(balancer === undefined
      ? []
      : [balancer.primaryPort, ...optional(balancer.replicaPort)].map(
          (port) => ({ port, unit: 'haproxy' }) as const,
        )),
  ]
}

function optional(port: number | undefined): readonly number[] {
  return port === undefined ? [] : [port]
}

/** Listeners whose unit can be seen and is not ours. PostgreSQL started by hand is one too: Patroni cannot have it. */
function strangers(exam: Exam, node: NodeExam): readonly Finding[] {
  return portsOn(exam, node.host).flatMap(({ port, unit }) =>
    node.listeners
      .filter((one) => one.port === port && one.unit !== undefined && one.unit !== `${unit}.service`)
      .slice(0, 1)
      .map((one) => ({
        cause: 'port in use',
        host: node.host,
        unit,
        lasting: true,
        evidence: `${one.address}:${port} is held by ${nameOf(one)}`,
        remedy: `stop ${nameOf(one)} on ${node.host}, or give ${unit} another port in the inventory; then systemctl restart ${unit}${unit === 'patroni' ? ' (if PostgreSQL does not listen there)' : ''}`,
      })),
  )
}

function nameOf({ program, pid, unit }: Listener): string {
  return `${program ?? 'a program'} (pid ${pid ?? '?'}, ${unit ?? 'no unit'})`
}

// Patroni names the address, but not which of the two it was.
const cannotServe =
  /Couldn't start a service on '(?:\[?([^\]']*)\]?):(\d+)', please check your `restapi\.listen`/

function restFailures(node: NodeExam): readonly Finding[] {
  const line = node.journals.get('patroni')?.findLast(({ text }) => cannotServe.test(text))
  if (line === undefined || line.secondsAgo > 20) return []
  const [, address = '', port = ''] = cannotServe.exec(line.text) ?? []
  const isHere = address === '' || address === '0.0.0.0' || node.addresses.includes(address)
  const remedy = isHere
    ? `see who listens: ss -ltnp 'sport = :${port}' on ${node.host}; stop it, or set patroni.rest_port`
    : `${address} is not on ${node.host}, which has ${node.addresses.join(', ')}: correct "address" and run pgha apply --limit ${node.host}`
  return [
    {
      cause: isHere ? 'port in use' : 'wrong bind address',
      host: node.host,
      unit: 'patroni',
      lasting: true,
      evidence: `patroni: ${line.text}`,
      remedy,
    },
  ]
}
