import { quorumPatroni } from '../roles/checks/synchronous.ts'
import { PghaError } from '../shared/errors.ts'
import type { SurveyedNode } from './survey.ts'

// What is installed, else what an installation would bring, as far as the node's lists of packages are there already.
const script = `if command -v dpkg-query >/dev/null 2>&1; then
  v=$(dpkg-query -W -f '\${db:Status-Status} \${Version}' patroni 2>/dev/null)
  case $v in 'installed '*) echo "\${v#installed }" ;; *) apt-cache policy patroni 2>/dev/null | sed -n 's/^ *Candidate: //p' ;; esac
else
  rpm -q --qf '%{VERSION}\\n' patroni 2>/dev/null | grep '^[0-9]' || yum -q -C info patroni 2>/dev/null | sed -n 's/^Version *: *//p'
fi`

/**
 * Refuses quorum-based synchronous replication where the package of Patroni is too old: such a Patroni takes the word for
 * `off`. Asks nothing when no member wants it, and lets a node pass that cannot say before its packages are installed.
 */
export async function refuseOldPatroni(nodes: readonly SurveyedNode[]): Promise<void> {
  const wanting = nodes.filter(
    ({ host: { vars } }) =>
      vars.roles.includes('patroni') &&
      vars.patroni.synchronous === 'quorum' &&
      vars.patroni.install.method === 'package',
  )
  await Promise.all(wanting.map(refuseOld))
}

async function refuseOld({ host, connection }: SurveyedNode): Promise<void> {
  const { stdout } = await connection.run(script)
  const version = /^(?:\d+:)?(\d+)\.(\d+)/.exec(stdout.trim())
  if (version === null || Number(version[1]) >= quorumPatroni) return
  const source = host.sourceOf(['patroni', 'synchronous'])
  throw new PghaError(
    'input',
    `patroni.synchronous: quorum needs Patroni ${quorumPatroni}.0, and its package is ${version[1] ?? ''}.${version[2] ?? ''}`,
    {
      host: host.name,
      hint: 'set on or strict, or take a newer Patroni with patroni.install',
      ...(source === undefined ? {} : { source }),
    },
  )
}
