import { diagnose } from '../cluster/doctor/diagnose.ts'
import type { Finding } from '../cluster/doctor/finding.ts'
import type { PghaError } from '../shared/errors.ts'
import { clusterOf } from './cluster-of.ts'
import type { RunOptions } from './options.ts'
import { closeAll, reach } from './reach.ts'
import { openSite } from './site.ts'

/** Names the known causes of trouble on the nodes that answer. Reads only; a node that does not answer is a finding. */
export async function doctor(options: RunOptions): Promise<readonly Finding[]> {
  const site = openSite(options, { onlyLooks: true })
  const reached = await reach(site, options, false)
  try {
    const unreachable = reached.failures.map(unreachableNode)
    if (reached.connections.size === 0) return unreachable
    return [...unreachable, ...(await diagnose(clusterOf(site, reached)))]
  } finally {
    await closeAll(reached)
  }
}

function unreachableNode({ message, context }: PghaError): Finding {
  return {
    cause: 'node unreachable',
    host: context.host ?? '',
    evidence: message,
    remedy: context.hint ?? 'see whether it is up, and whether its SSH port is reachable from here',
    lasting: false,
  }
}
