import type { RoleDrift } from './family.ts'

/** Drifts that look the same on every family. */
export const commonDrifts: readonly RoleDrift[] = [
  { role: 'hostname', node: 'n1', command: 'hostname other', found: ['hostname n1'] },
  {
    role: 'ntp, time zone',
    node: 'n3',
    command: 'ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime',
    found: ['timezone Europe/Moscow'],
  },
  {
    role: 'ntp, cron',
    node: 'n2',
    command: `{ echo '#Ansible: ntpdate'; echo '*/5 * * * * /usr/sbin/ntpdate pool.ntp.org'; } | crontab -`,
    found: ["command no ntpdate in root's crontab"],
  },
  {
    role: 'sshd',
    node: 'n2',
    command: `sed -i '/ann@example/d' /root/.ssh/authorized_keys`,
    found: ['authorized-keys root'],
  },
  {
    role: 'alerts',
    node: 'n3',
    command: 'chmod 0644 /etc/keepalived/alert.secrets',
    found: ['file /etc/keepalived/alert.secrets'],
  },
  {
    role: 'zabbix-agent, link',
    node: 'n1',
    command: 'rm /etc/zabbix/zabbix_agentd.conf; echo Server=1.2.3.4 >/etc/zabbix/zabbix_agentd.conf',
    found: ['link /etc/zabbix/zabbix_agentd.conf'],
  },
  {
    role: 'zabbix-agent, script',
    node: 'n3',
    command: 'echo broken >/etc/zabbix/externalscripts/netstat.sh',
    found: ['file /etc/zabbix/externalscripts/netstat.sh'],
  },
  {
    // "remove default configs": a configuration that an upgrade of the package leaves.
    role: 'zabbix-agent, stray defaults',
    node: 'n2',
    command: 'echo Server=1.2.3.4 >/etc/zabbix/zabbix_agentd.conf.rpmnew',
    found: ['absent-file /etc/zabbix/zabbix_agentd.conf.rpmnew'],
  },
  { role: 'consul', node: 'n3', command: 'systemctl disable consul', found: ['service consul'] },
  {
    role: 'haproxy',
    node: 'n2',
    command: `sed -i 's/maxconn 800/maxconn 801/' /etc/haproxy/haproxy.cfg`,
    found: ['file /etc/haproxy/haproxy.cfg', 'service haproxy'],
  },
  {
    role: 'patroni',
    node: 'n2',
    command: 'chmod 0644 /etc/patroni/patroni.yml',
    found: ['file /etc/patroni/patroni.yml'],
  },
]
