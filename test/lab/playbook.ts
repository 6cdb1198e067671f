import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

import type { Lab } from './lab.ts'

/** The article's cluster as a playbook of Ansible; not part of this repository. */
export const playbook = resolve(process.env['PGHA_BASELINE'] ?? '../shared/baseline/ansible')

/** Installs Debian's Ansible where there is none. */
export const installAnsible =
  'command -v ansible-playbook || apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends ansible-core'

/** Why the playbook cannot be run here; undefined when it can, once Ansible is installed. */
export function noPlaybook(): string | undefined {
  if (!existsSync(join(playbook, 'site.yml')))
    return `no playbook in ${playbook} (PGHA_BASELINE names another place)`
  const { status } = spawnSync('sh', ['-c', installAnsible.replace('install -y', 'install -y --simulate')])
  return status === 0 ? undefined : 'ansible-core is not installable here'
}

/** Runs the playbook that lies in a folder on the hosts of its `hosts.ini`. */
export function play({ keyPath }: Lab, folder = playbook): string {
  return `cd ${folder} && ANSIBLE_LOCAL_TEMP=/tmp/pgha-ansible ansible-playbook site.yml -i hosts.ini --private-key ${keyPath}`
}

/** Gives nodes what the playbook takes for granted: package lists, and what an installed Debian has and a minimal one lacks. */
export async function prepareForPlaybook(lab: Lab, ...packages: readonly string[]): Promise<void> {
  const words = ['cron', ...packages].join(' ')
  const prepare = `apt-get update -q && apt-get install -y -q --no-install-recommends ${words}`
  await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, prepare)))
}
