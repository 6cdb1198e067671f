import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { commonDrifts } from './drifts.ts'
import type { ArticleFamily } from './family.ts'

const sshdFile = '/etc/ssh/sshd_config'
const lab = { mirror: 'file:///srv/mirror', key: 'file:///srv/mirror/RPM-GPG-KEY-lab' }

/** CentOS 7 as it is today: its mirrors are gone, the vault and the archives have what it needs. */
export const el7: ArticleFamily = {
  vars: [
    'packages:',
    `  centos_vault: ${lab.mirror}/vault/7.9.2009`,
    '  epel_archive: file:///srv/archive/epel',
    `  pgdg_archive: ${lab.mirror}/yum-archive`,
    `  repositories: [{ name: hashicorp, yum: { baseurl: '${lab.mirror}/hashicorp', gpgkey: '${lab.key}' } }]`,
  ],
  zabbix: [`repository: { yum: { baseurl: '${lab.mirror}/zabbix', gpgkey: '${lab.key}' } }`],
  prepare: () => readFile(join(import.meta.dirname, 'prepare-el7.sh'), 'utf8'),
  drifts: [
    ...commonDrifts,
    { role: 'essentials', node: 'n2', command: 'rpm -e --nodeps zip', found: ['package zip'] },
    {
      role: 'essentials, compilers',
      node: 'n3',
      command: 'rpm -e --nodeps bison doxygen',
      found: ['package-group development'],
    },
    { role: 'vm-tools', node: 'n1', command: 'systemctl stop vmtoolsd', found: ['service vmtoolsd'] },
    { role: 'ntp', node: 'n2', command: 'systemctl start ntpd', found: ['service ntpd'] },
    {
      role: 'sshd',
      node: 'n1',
      command: `sed -i 's/MaxAuthTries 4/MaxAuthTries 9/' ${sshdFile}`,
      found: [`sshd-settings ${sshdFile}`],
    },
    {
      role: 'repositories',
      node: 'n1',
      command: 'cp /srv/mirror/CentOS-Base.repo.eol /etc/yum.repos.d/CentOS-Base.repo',
      found: ['repository CentOS-Base'],
    },
    {
      role: 'repositories, PGDG',
      node: 'n2',
      command: "sed -i 's/^gpgcheck=1/gpgcheck=0/' /etc/yum.repos.d/pgdg-redhat-all.repo",
      found: ['repository pgdg-redhat-all'],
    },
    {
      role: 'repositories, of others',
      node: 'n3',
      command: 'rm /etc/yum.repos.d/hashicorp.repo',
      found: ['repository hashicorp'],
    },
    {
      role: 'zabbix-agent, old version',
      node: 'n2',
      command: 'yum -y install /srv/mirror/zabbix/zabbix22-agent-*.rpm',
      found: ['absent-package zabbix2*'],
    },
    {
      role: 'keepalived',
      node: 'n1',
      command: 'chmod 0700 /usr/libexec/keepalived/notify.sh',
      found: ['file /usr/libexec/keepalived/notify.sh'],
    },
  ],
  sshdFile,
  chronyUnit: 'chronyd',
  software: ['package', 'package-group'],
  agent: ['absent-file', 'absent-package', 'directory', 'file', 'link', 'package', 'repository', 'service'],
}
