import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Lab } from '../lab/lab.ts'
import { type Figure, measured, timed } from './measure.ts'

/** The article's cluster as a playbook; not part of this repository. */
const folder = resolve(process.env['PGHA_BASELINE'] ?? '../shared/baseline/ansible')

/** What the same site costs Ansible, or why that was not measured. */
export type AnsibleFigures = { readonly cold: number; readonly noop: Figure } | { readonly skipped: string }

/** Converges fresh nodes with the playbook, then measures runs that have nothing to do. */
export async function measureAnsible(lab: Lab, runs: number): Promise<AnsibleFigures> {
  if (!existsSync(folder)) return { skipped: `no playbook in ${folder} (PGHA_BASELINE names another place)` }
  const installed = await timed(
    'command -v ansible-playbook || apt-get install -y -q --no-install-recommends ansible-core',
  ).then(
    () => true,
    () => false,
  )
  if (!installed) return { skipped: 'ansible-core is not installable here' }
  const play = `cd ${folder} && ANSIBLE_LOCAL_TEMP=/tmp/pgha-ansible ansible-playbook site.yml -i hosts.ini --private-key ${lab.keyPath}`
  // The playbook takes for granted what Debian's installer leaves and a minimal node lacks: package lists and cron.
  const prepare = 'apt-get update -q && apt-get install -y -q --no-install-recommends cron'
  await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, prepare)))
  const cold = await timed(play)
  // The second run settles what the first left (packages restart their units); the ones after it have nothing to do.
  await timed(play)
  return { cold: cold.seconds, noop: await measured(play, runs) }
}
