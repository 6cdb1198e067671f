import type { Cluster } from '../cluster/cluster.ts'
import { query } from '../cluster/sql.ts'
import type { Plan } from '../engine/plan.ts'
import { passwordMethod } from '../roles/patroni/pg-hba.ts'
import { messageOf, PghaError } from '../shared/errors.ts'
import type { RunOptions } from './options.ts'
import type { SurveyedNode } from './survey.ts'

export interface PasswordsContext {
  readonly nodes: readonly SurveyedNode[]
  readonly plan: Plan
  readonly cluster: Cluster
  readonly emit: RunOptions['emit']
  /** How PostgreSQL is asked. */
  readonly ask?: typeof query
}

const sql = "select rolname from pg_authid where rolcanlogin and rolpassword like 'md5%' order by rolname"

/**
 * Refuses to take over a cluster in which somebody's password is kept as md5, as versions before 14 make them: pgha's
 * pg_hba.conf asks for SCRAM, and with such a password that fails for clients, for replicas and for Patroni itself.
 */
export async function refuseMd5Passwords(context: PasswordsContext): Promise<void> {
  const { nodes, plan, cluster, emit, ask = query } = context
  const taken = nodes.filter((node) => isTakenOver(node, plan))
  for (const { host, connection } of taken) {
    const { address, postgresql } = host.vars
    try {
      const rows = await ask(cluster, connection, { address, port: postgresql.port }, sql)
      refuse(
        host.name,
        rows.map(({ rolname }) => String(rolname)),
      )
      return
    } catch (thrown) {
      if (thrown instanceof PghaError && thrown.kind === 'refused') throw thrown
      const text = `${host.name}: could not look whether passwords are kept as md5, which SCRAM refuses: ${messageOf(thrown)}`
      emit({ kind: 'warning', text })
    }
  }
}

/** A Patroni runs there, and its configuration by this run is the first that pgha writes. */
function isTakenOver({ host, isLeaving }: SurveyedNode, { changes }: Plan): boolean {
  const changeOf = (resource: string) =>
    changes.find((change) => change.host === host.name && change.resource === resource)
  const config = changeOf('file /etc/patroni/patroni.yml')
  return (
    !isLeaving &&
    passwordMethod(host.vars.postgresql) === 'scram-sha-256' &&
    config !== undefined &&
    config.text?.before.startsWith('# Written by pgha') !== true &&
    changeOf('service patroni')?.verb !== 'start'
  )
}

function refuse(host: string, names: readonly string[]): void {
  if (names.length === 0) return
  const list = names.join(', ')
  throw new PghaError(
    'refused',
    `passwords are kept as md5 (${list}), and pg_hba.conf will ask for SCRAM: nobody of these could log in any more`,
    {
      host,
      hint: "set them anew first, the same will do: SET password_encryption = 'scram-sha-256'; ALTER ROLE … PASSWORD '…'; for who needs none: ALTER ROLE … NOLOGIN",
    },
  )
}
