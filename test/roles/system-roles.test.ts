import { describe, expect, it } from 'vitest'

import type { Resource } from '../../src/engine/resource.ts'
import type { Facts } from '../../src/facts/gather.ts'
import { allTags, wantedOn } from '../../src/roles/index.ts'
import { contextOf, contentOf, type Family, hostsOf, inventory } from './support.ts'

const centos7: Partial<Facts> = {
  os: { family: 'el', id: 'centos', version: '7', name: 'CentOS Linux 7 (Core)' },
  sshd: { readsDropIns: false },
}

/** What n1 should be with these sections, of the opt-in roles only. */
async function wanted(
  sections: string,
  family: Family = 'debian',
  facts: Partial<Facts> = {},
): Promise<readonly Resource[]> {
  const readFile = (path: string) => `ssh-ed25519 AAAA ${path.split('/').at(-1) ?? ''}\n`
  const context = await contextOf(hostsOf(inventory(sections)), 'n1', family, { readFile })
  const all = wantedOn({ ...context, facts: { ...context.facts, ...facts } })
  const usual = new Set(
    wantedOn(await contextOf(hostsOf(inventory()), 'n1', family, { readFile })).map(({ id }) => id),
  )
  return all.filter(({ id }) => !usual.has(id))
}

const ids = (resources: readonly Resource[]) => resources.map(({ id }) => id)

describe('a role of the system', () => {
  it('is off until its section is written', async () => {
    expect(await wanted('')).toEqual([])
  })

  it.each([
    ['hostname: true', ['hostname n1']],
    ['hostname: { name: pg-1.local }', ['hostname pg-1.local']],
    ['hostname: false', []],
    ['vm_tools: {}', ['package open-vm-tools', 'service open-vm-tools']],
    ['essentials: { packages: [mc, vim] }', ['package mc', 'package vim']],
  ])('is switched by %s', async (section, expected) => {
    expect(ids(await wanted(`  ${section}`))).toEqual(expected)
  })

  it('can be taken away from a node', async () => {
    const text = inventory('  hostname: true').replace('n2: {', 'n2: { hostname: false,')
    const of = async (name: string) => ids(wantedOn(await contextOf(hostsOf(text), name, 'debian')))
    expect(await of('n1')).toContain('hostname n1')
    expect((await of('n2')).filter((id) => id.startsWith('hostname'))).toEqual([])
  })
})

describe('the essentials', () => {
  it("are the article's list by Debian's names, with what yum calls Development tools", async () => {
    expect(ids(await wanted('  essentials: true'))).toEqual(
      [
        ...['ntpsec-ntpdate', 'bzip2', 'zip', 'unzip', 'libssl-dev', 'mc', 'vim', 'atop', 'wget', 'screen'],
        ...['net-tools', 'rsync', 'psmisc', 'gdb', 'subversion', 'htop', 'bind9-dnsutils', 'sysstat', 'nano'],
        ...['iptraf-ng', 'nethogs', 'ngrep', 'tcpdump', 'lm-sensors', 'mtr-tiny', 's3cmd', 'gcc', 'git'],
        ...['python3-pip', 'python3-dev', 'build-essential'],
      ].map((name) => `package ${name}`),
    )
  })

  it("are the article's list by the names that rpm of CentOS 7 knows, and the group", async () => {
    const on7 = ids(await wanted('  essentials: true', 'el', centos7))
    expect(on7).toEqual([
      ...[
        ...[
          'ntpdate',
          'bzip2',
          'zip',
          'unzip',
          'openssl-devel',
          'mc',
          'vim-enhanced',
          'atop',
          'wget',
          'mytop',
        ],
        ...['screen', 'net-tools', 'rsync', 'psmisc', 'gdb', 'subversion', 'htop', 'bind-utils', 'sysstat'],
        ...['nano', 'iptraf-ng', 'nethogs', 'ngrep', 'tcpdump', 'lm_sensors', 'mtr', 's3cmd', 'gcc', 'git'],
        ...['python2-pip', 'python-devel'],
      ].map((name) => `package ${name}`),
      'package-group development',
    ])
  })

  it('have no ntpdate and no Python 2 on EL 9', async () => {
    const on9 = ids(await wanted('  essentials: true', 'el'))
    expect(on9).toContain('package python3-devel')
    expect(on9.filter((id) => /ntpdate|python2|mytop/.test(id))).toEqual([])
  })
})

describe('the clock', () => {
  it.each([
    ['debian', {}, 'chrony', ['ntp', 'ntpsec', 'systemd-timesyncd'], '/etc/chrony/chrony.conf'],
    ['el', {}, 'chronyd', ['ntpd'], '/etc/chrony.conf'],
  ] as const)('is steered by chrony alone, on %s', async (family, facts, unit, rivals, config) => {
    expect(ids(await wanted('  ntp: true', family, facts))).toEqual([
      'package tzdata',
      'timezone Etc/UTC',
      ...rivals.map((rival) => `service ${rival}`),
      'absent-file /etc/cron.d/ntpdate',
      "command no ntpdate in root's crontab",
      'absent-file /etc/cron.d/pgha-ntpdate',
      'package chrony',
      `file ${config}`,
      `service ${unit}`,
    ])
  })

  it.each([
    ['debian', {}, ['ntp', 'ntpsec', 'chrony', 'systemd-timesyncd'], 'ntpsec-ntpdate', 'cron'],
    ['el', centos7, ['ntpd', 'chronyd'], 'ntpdate', 'cronie'],
  ] as const)("is set by cron in the article's way, on %s", async (family, facts, rivals, package_, cron) => {
    const found = await wanted('  ntp: { method: ntpdate, timezone: Europe/Moscow }', family, facts)
    expect(ids(found)).toEqual([
      'package tzdata',
      'timezone Europe/Moscow',
      ...rivals.map((rival) => `service ${rival}`),
      'absent-file /etc/cron.d/ntpdate',
      "command no ntpdate in root's crontab",
      `package ${cron}`,
      `package ${package_}`,
      'cron pgha-ntpdate',
      `service ${family === 'el' ? 'crond' : 'cron'}`,
    ])
    expect(contentOf(found, 'pgha-ntpdate')).toContain('*/5 * * * * root /usr/sbin/ntpdate pool.ntp.org')
  })

  it('stops other keepers, whether they are there or not', async () => {
    const [, , rival] = await wanted('  ntp: true', 'el')
    expect(rival?.want).toMatchObject({ unit: 'ntpd.service', running: false, enabled: false })
  })

  it('cannot be set by ntpdate where there is none', async () => {
    await expect(wanted('  ntp: { method: ntpdate }', 'el')).rejects.toThrow('has no ntpdate any more')
  })
})

describe('the agent of Zabbix', () => {
  const section = `  zabbix_agent:
    server: 132.0.2.98
    internal: { network: 192.168.0.0/16, server: 192.168.0.98 }
    scripts: [zabbix/netstat.sh]
    my_cnf: mysql/.my.cnf`

  it.each([
    [['192.168.7.11', '198.18.1.11'], '192.168.0.98'],
    [['198.18.1.11'], '132.0.2.98'],
    [[], '132.0.2.98'],
  ])('on a node with %j asks %s', async (addresses, server) => {
    const found = await wanted(section, 'debian', { addresses })
    expect(contentOf(found, '/etc/zabbix_agentd.conf')).toContain(
      `\nServer=${server}\nServerActive=${server}\n`,
    )
  })

  it('never has its own configuration and link removed as strays', async () => {
    const found = ids(await wanted(section))
    expect(found).toContain('file /etc/zabbix_agentd.conf')
    expect(found).toContain('link /etc/zabbix/zabbix_agentd.conf')
    expect(found.filter((id) => id.startsWith('absent-file'))).toEqual([
      'absent-file /etc/zabbix/zabbix_agent.conf',
      'absent-file /etc/zabbix/zabbix_agentd.conf.rpmnew',
      'absent-file /etc/zabbix/zabbix_agentd.conf.ucf-dist',
    ])
    const elsewhere = ids(await wanted(`${section}\n    config_file: /etc/zabbix/zabbix_agentd.conf`))
    expect(elsewhere).toContain('absent-file /etc/zabbix_agentd.conf')
    expect(elsewhere.filter((id) => id.startsWith('link'))).toEqual([])
  })

  it('leaves the login for MySQL and the folders to the tag zabbix-mysql, as the article does', async () => {
    const found = (await wanted(section)).filter(({ tags }) => tags.includes('zabbix-mysql'))
    expect(ids(found)).toEqual([
      'directory /etc/zabbix/externalscripts',
      'directory /etc/zabbix/zabbix_agentd.d',
      'directory /var/lib/zabbix',
      'file /var/lib/zabbix/.my.cnf',
    ])
    expect(found.at(-1)?.want).toMatchObject({ owner: 'zabbix', mode: '0600', secret: true })
  })

  it('removes former versions before anything is installed', async () => {
    const [first] = (await wanted(section)).filter(({ id }) => id.startsWith('absent-package'))
    expect(first).toMatchObject({ id: 'absent-package zabbix2*', phase: 'prepare' })
  })
})

describe('the SSH server', () => {
  const section = `  sshd:
    settings: { PermitRootLogin: prohibit-password, X11Forwarding: false, ListenAddress: [a, b] }
    authorized_keys: { root: { files: [ann.pub], exclusive: true } }`

  it('gets a drop-in, or a block where it reads none', async () => {
    const path = '/etc/ssh/sshd_config.d/00-pgha.conf'
    const dropIn = await wanted(section, 'debian', { sshd: { readsDropIns: true } })
    expect(ids(dropIn)).toEqual(['authorized-keys root', `sshd-settings ${path}`])
    expect(contentOf(dropIn, path)).toContain(
      'PermitRootLogin prohibit-password\nX11Forwarding no\nListenAddress a\nListenAddress b\n',
    )
    expect(ids(await wanted(section, 'el', centos7))).toContain('sshd-settings /etc/ssh/sshd_config')
  })

  it('is left alone without settings', async () => {
    expect(ids(await wanted('  sshd: true'))).toEqual([])
  })
})

describe('alerts', () => {
  const section = `  alerts: { telegram: { token: '12345:abc', chat_id: '-1' }, webhook: { url: 'https://hook.example/x' } }`

  it('keep their tokens out of the script, in a file for its user alone', async () => {
    const found = await wanted(section)
    expect(ids(found)).toEqual(['file /etc/keepalived/alert.secrets', 'file /etc/keepalived/alert.sh'])
    expect(found[0]?.want).toMatchObject({
      owner: 'root',
      group: 'keepalived_script',
      mode: '0640',
      secret: true,
    })
    expect(contentOf(found, 'alert.sh')).not.toMatch(/12345|hook\.example/)
  })

  it('are none on a node without keepalived', async () => {
    const text = inventory(section).replace('n3: {', 'n3: { roles: [consul],')
    const found = wantedOn(await contextOf(hostsOf(text), 'n3', 'debian'))
    expect(ids(found).filter((id) => id.includes('alert'))).toEqual([])
  })
})

describe('the vault of CentOS 7', () => {
  const section = '  packages: { centos_vault: true }\n  postgresql: { version: 9.6 }'
  const repositories = (found: readonly Resource[]) => ids(found).filter((id) => id.startsWith('repository'))

  it('takes the place of the mirrors that are gone, keys checked', async () => {
    const found = await wanted(section, 'el', centos7)
    expect(repositories(found)).toEqual([
      'repository CentOS-Base',
      'repository epel',
      'repository pgdg-redhat-all',
    ])
    expect(contentOf(found, 'CentOS-Base.repo')).toMatchInlineSnapshot(`
      "# Written by pgha: CentOS 7 has ended, its mirrors are gone.
      [base]
      name=CentOS-7 - base
      baseurl=https://vault.centos.org/centos/7.9.2009/os/$basearch/
      enabled=1
      gpgcheck=1
      gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7

      [updates]
      name=CentOS-7 - updates
      baseurl=https://vault.centos.org/centos/7.9.2009/updates/$basearch/
      enabled=1
      gpgcheck=1
      gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7

      [extras]
      name=CentOS-7 - extras
      baseurl=https://vault.centos.org/centos/7.9.2009/extras/$basearch/
      enabled=1
      gpgcheck=1
      gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7

      "
    `)
    expect(contentOf(found, 'pgdg-redhat-all.repo')).toContain(
      '[pgdg96]\nname=PostgreSQL 9.6 for RHEL/CentOS 7\nbaseurl=https://yum-archive.postgresql.org/9.6/redhat/rhel-7-$basearch\nenabled=1\ngpgcheck=1\n',
    )
    for (const { want } of found.filter(({ id }) => id.startsWith('repository'))) {
      const { content } = want as { readonly content: string }
      expect(content.match(/^gpgcheck=1$/gm)?.length).toBe(content.match(/^\[/gm)?.length)
    }
  })

  it('may be a copy', async () => {
    const copies = `  packages:
    centos_vault: http://mirror.example/centos/7
    epel_archive: http://mirror.example/epel
    pgdg_archive: http://mirror.example/pgdg`
    const found = await wanted(copies, 'el', centos7)
    expect(contentOf(found, 'CentOS-Base.repo')).toContain(
      'baseurl=http://mirror.example/centos/7/os/$basearch/',
    )
    expect(contentOf(found, 'epel.repo')).toContain('baseurl=http://mirror.example/epel/7/$basearch\n')
    expect(contentOf(found, 'pgdg-redhat-all.repo')).toContain(
      'baseurl=http://mirror.example/pgdg/common/redhat/rhel-7-$basearch\n',
    )
  })

  it('is nothing to EL 9 and Debian', async () => {
    expect(repositories(await wanted(section, 'el'))).toEqual([])
    expect(repositories(await wanted(section, 'debian'))).toEqual([])
  })
})

describe('SELinux', () => {
  it.each([
    ['Enforcing', ['selinux-boolean haproxy_connect_any', 'selinux-boolean keepalived_connect_any']],
    ['Permissive', []],
    ['', []],
  ])('that is %j has these switches set', async (selinux, expected) => {
    const { machine } = (await contextOf(hostsOf(inventory()), 'n1', 'el')).facts
    expect(ids(await wanted('', 'el', { machine: { ...machine, selinux } }))).toEqual(expected)
  })
})

describe("the article's tags", () => {
  it('all select something', () => {
    expect(allTags()).toEqual(
      expect.arrayContaining([
        ...['software', 'open-vm-tools', 'tz', 'tweaks', 'ntp', 'ntpd', 'zabbix', 'zabbix-mysql', 'ssh'],
        ...['patroni', 'haproxy', 'keepalived'],
      ]),
    )
  })
})
