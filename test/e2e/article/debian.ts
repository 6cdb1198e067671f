import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { essentialPackages } from '../../../src/roles/essentials/packages.ts'
import type { Lab } from '../../lab/lab.ts'
import { commonDrifts } from './drifts.ts'
import type { ArticleFamily } from './family.ts'

const sshdFile = '/etc/ssh/sshd_config.d/00-pgha.conf'

/** Packages that the roles install and a lab may lack, with the units that they need. */
function offered(lab: Lab): readonly string[] {
  const os = { family: 'debian', version: lab.flavor.suite } as const
  return [...essentialPackages(os), 'open-vm-tools:open-vm-tools.service']
}

export const debian: ArticleFamily = {
  vars: [`packages: { repositories: [{ name: extra, apt: 'deb [trusted=yes] file:/srv/extra ./' }] }`],
  zabbix: [],
  prepare: async (lab) => {
    const script = await readFile(join(import.meta.dirname, 'prepare-debian.sh'), 'utf8')
    return `set -- ${offered(lab).join(' ')}\n${script}`
  },
  drifts: [
    ...commonDrifts,
    { role: 'essentials', node: 'n2', command: 'dpkg -r --force-depends zip', found: ['package zip'] },
    {
      // "Development tools", which is a package here.
      role: 'essentials, compilers',
      node: 'n3',
      command: 'dpkg -r --force-depends build-essential',
      found: ['package build-essential'],
    },
    {
      // "Import Postgresql96 repo": a source of packages.
      role: 'repositories',
      node: 'n1',
      command: "sed -i 's#^deb#\\# deb#' /etc/apt/sources.list.d/extra.list",
      found: ['repository extra'],
    },
    {
      role: 'vm-tools',
      node: 'n1',
      command: 'systemctl stop open-vm-tools',
      found: ['service open-vm-tools'],
    },
    {
      role: 'sshd',
      node: 'n1',
      command: `sed -i 's/MaxAuthTries 4/MaxAuthTries 9/' ${sshdFile}`,
      found: [`sshd-settings ${sshdFile}`],
    },
    {
      role: 'zabbix-agent, old version',
      node: 'n2',
      command: 'dpkg -i /srv/extra/zabbix2-agent.deb',
      found: ['absent-package zabbix2*'],
    },
    {
      role: 'keepalived',
      node: 'n1',
      command: 'chmod 0700 /etc/keepalived/notify.sh',
      found: ['file /etc/keepalived/notify.sh'],
    },
  ],
  sshdFile,
  chronyUnit: 'chrony',
  software: ['package'],
  agent: ['absent-file', 'absent-package', 'directory', 'file', 'link', 'package', 'service'],
}
