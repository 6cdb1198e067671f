import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { armRevert } from '../../src/resources/ssh/revert.ts'
import { scriptPaths } from '../../src/roles/keepalived/layout.ts'
import { postgresLayout } from '../../src/roles/postgres/layout.ts'
import { flavorNamed } from '../lab/flavors.ts'
import { type Lab, up } from '../lab/lab.ts'
import { annKey, articleLab, botToken, familyOf, prepareNodes } from './article/site.ts'
import { exists, lifetimes } from '../roles/postgresql-parameters.ts'
import { type Telegram, telegramOn } from './article/telegram.ts'
import { zabbixGet } from './article/zabbix.ts'
import {
  type ChangeJson,
  eventually,
  expectRun,
  named,
  pending,
  psql,
  startTimes,
  status,
} from './support.ts'

/** PGHA_FLAVORS=el7 runs it on these only. */
const flavors = (process.env['PGHA_FLAVORS'] ?? 'debian13,debian12,el7')
  .split(',')
  .map((name) => flavorNamed(name).name)

const clock = ['absent-file', 'command', 'cron', 'package', 'service', 'timezone']

interface GoldenPatroni {
  readonly bootstrap: {
    readonly dcs: { readonly postgresql: { readonly parameters: Record<string, unknown> } }
  }
  readonly postgresql: { readonly parameters: Record<string, unknown> }
}

describe.each(flavors)("the article's servers on %s", (flavor) => {
  let lab: Lab
  let telegram: Telegram
  const { drifts, sshdFile, chronyUnit, software, agent } = familyOf(flavorNamed(flavor))
  const alertScript = scriptPaths(flavorNamed(flavor).family).alert

  beforeAll(async () => {
    const bare = await up({ flavor, kind: 'ready', nodes: 3, fresh: true })
    telegram = await telegramOn(`${bare.prefix}.1`)
    lab = await articleLab(bare, telegram.url)
    await prepareNodes(lab)
  })

  afterAll(() => telegram.close())

  const on = async (node: string, command: string) => (await lab.exec(node, command)).stdout.trim()

  it('are listed as Ansible lists them', async () => {
    const words = ['apply', '-i', lab.inventoryPath]
    const list = async (...flags: readonly string[]) => (await expectRun(0, lab, ...words, ...flags)).stdout
    expect((await list('--list-hosts', '--limit', 'pgsql')).split(/\s+/)).toEqual(
      expect.arrayContaining(['n1', 'n2', 'n3']),
    )
    const tags = (await list('--list-tags')).split(/[\s,]+/)
    expect(tags).toEqual(
      expect.arrayContaining([
        ...['software', 'open-vm-tools', 'tz', 'tweaks', 'ntp', 'ntpd', 'zabbix', 'zabbix-mysql', 'ssh'],
        ...['patroni', 'haproxy', 'keepalived'],
      ]),
    )
    const [cluster, rest] = [
      await list('--list-resources', '-t', 'patroni'),
      await list('--list-resources', '--skip-tags', 'patroni'),
    ]
    expect(cluster).toContain('/etc/patroni/patroni.yml')
    expect(cluster).not.toContain('package zip')
    expect(rest).toContain('package zip')
    expect(rest).not.toContain('/etc/patroni/patroni.yml')
  })

  it('get another version by -e, as the plan says', async () => {
    const flags = ['-i', lab.inventoryPath, '-t', 'patroni', '-e', 'postgresql.version=13']
    const [wanted] = postgresLayout(flavorNamed(flavor).family, 13).packages
    expect(named(await pending(lab, ...flags))).toContain(`n1 package ${wanted}`)
    expect(named(await pending(lab, '-t', 'patroni'))).not.toContain(`n1 package ${wanted}`)
  })

  it('are prepared with --skip-tags patroni', async () => {
    await expectRun(0, lab, 'apply', '--yes', '-i', lab.inventoryPath, '--skip-tags', 'patroni')
    expect(await pending(lab, '--skip-tags', 'patroni')).toEqual([])
    expect(await on('n1', 'hostname; readlink -f /etc/localtime')).toBe(
      'n1\n/usr/share/zoneinfo/Europe/Moscow',
    )
    expect(await on('n2', 'systemctl is-active patroni haproxy keepalived zabbix-agent consul')).toBe(
      'inactive\ninactive\ninactive\nactive\nactive',
    )
  })

  it('become a cluster with -t patroni', async () => {
    const version = `postgresql.version=${flavorNamed(flavor).postgresqlVersion}`
    await expectRun(0, lab, 'apply', '--yes', '-i', lab.inventoryPath, '-t', 'patroni', '-e', version)
    await eventually(30, () => expectRun(0, lab, 'verify').catch(() => undefined))
    expect(await psql(lab, 'n1', 5000, 'select 1')).toBe('1')
  })

  it('change nothing when applied again, as a whole', async () => {
    const before = await startTimes(lab)
    expect((await expectRun(0, lab, 'apply', '--yes')).stdout).toContain('Nothing to do')
    expect(await startTimes(lab)).toEqual(before)
    await expectRun(0, lab, 'diff')
  })

  it('keep the major version and the folder of their data, whatever -e says', async () => {
    const [before, at] = [await startTimes(lab), flavorNamed(flavor)]
    const { dataDir } = postgresLayout(at.family, at.postgresqlVersion)
    const flags = ['-i', lab.inventoryPath, '-t', 'patroni', '-e', 'postgresql.version=13']
    for (const words of [['diff'], ['apply', '--yes'], ['apply', '--yes', '--limit', 'n2']]) {
      const { stderr } = await expectRun(6, lab, ...words, ...flags)
      expect(stderr).toContain(
        `runs PostgreSQL ${at.postgresqlVersion} in ${dataDir}, and the inventory says`,
      )
      expect(stderr).toContain('pg_upgrade')
    }
    const { stderr } = await expectRun(6, lab, 'diff', '-e', 'postgresql.data_dir=/srv/elsewhere')
    expect(stderr).toContain(`set postgresql.data_dir: ${dataDir}`)
    expect(await startTimes(lab)).toEqual(before)
  })

  it.each(drifts)('drift: $role on $node, $command', async ({ node, command, found }) => {
    expect(await lab.exec(node, command)).toMatchObject({ code: 0 })
    const expected = found.map((resource) => `${node} ${resource}`).toSorted()
    expect(named(await pending(lab))).toEqual(expected)
    const { stdout } = await expectRun(0, lab, 'apply', '--yes', '--json')
    const { changes } = JSON.parse(stdout) as { readonly changes: readonly ChangeJson[] }
    expect(named(changes)).toEqual(expected)
    await expectRun(0, lab, 'diff')
  })

  it.each([
    ['software', software],
    ['open-vm-tools', ['package', 'service']],
    ['tz', clock],
    ['tweaks', clock],
    ['ntp', clock],
    ['ntpd', clock],
    ['zabbix', agent],
    ['zabbix-mysql', ['directory', 'file']],
    ['ssh', ['authorized-keys', 'sshd-settings']],
    ['haproxy', ['file', 'package', 'service']],
    ['keepalived', ['directory', 'file', 'package', 'service', 'unit', 'user']],
  ])('tag %s selects what the article does by it', async (tag, kinds) => {
    const { stdout } = await expectRun(0, lab, 'apply', '--list-resources', '--limit', 'n1', '-t', tag)
    const rows = stdout.split('\n').flatMap((line) => /^n1\s+(\S+)/.exec(line)?.[1] ?? [])
    expect([...new Set(rows)].toSorted()).toEqual(kinds)
  })

  it('tell people by Telegram and a webhook when the address moves', async () => {
    const [before = ''] = (await status(lab)).vipHolders
    const [told, posted] = [telegram.requests.length, telegram.hooks.length]
    await on(before, 'systemctl stop keepalived')
    const after = await eventually(30, async () =>
      (await status(lab)).vipHolders.find((name) => name !== before),
    )
    const node = `cluster_pgsql_0${after.slice(1)}`
    const calls = await eventually(20, () => {
      const hook = telegram.hooks.slice(posted).find(({ state }) => state === 'MASTER')
      const message = telegram.requests.slice(told).find(({ text }) => text.includes('MASTER'))
      return Promise.resolve(hook && message && { hook, message })
    })
    expect(calls.hook).toMatchObject({ node, vip: lab.vip })
    expect(calls.message.text).toContain(`${node} became MASTER for ${lab.vip}`)
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('tell people by Telegram, and the log when that cannot be', async () => {
    const { requests } = telegram
    expect(requests.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/cluster_pgsql_0\d became MASTER for /),
    )
    expect(new Set(requests.map(({ path, chat }) => `${path} ${chat}`))).toEqual(
      new Set([`/bot${botToken}/sendMessage -100123`]),
    )
    await on('n1', `sed -i 's#^telegram_token=.*#&/nosuch#' /etc/keepalived/alert.secrets`)
    await on('n1', `sed -i 's#${telegram.url}#http://${lab.prefix}.1:9#' ${alertScript}`)
    await on('n1', `su -s /bin/sh keepalived_script -c "${alertScript} text-of-a-test"`)
    expect(await on('n1', 'journalctl -q -t keepalived-alert -o cat --no-pager | tail -1')).toMatch(
      /^Telegram did not take "text-of-a-test": curl: \(7\)/,
    )
    expect(await on('n1', `journalctl -q --no-pager | grep -c '${botToken}'`)).toBe('0')
    expect(await on('n1', 'su -s /bin/sh nobody -c "cat /etc/keepalived/alert.secrets" 2>&1')).toContain(
      'denied',
    )
    await expectRun(0, lab, 'apply', '--yes')
  })

  it('have a PostgreSQL that knows every setting that pgha writes', async () => {
    const { postgresqlVersion: version, family } = flavorNamed(flavor)
    const { binDir } = postgresLayout(family, version)
    const printed = await on('n1', `su postgres -c '${binDir}/postgres --describe-config'`)
    const known = new Set(printed.split('\n').map((line) => line.split('\t')[0] ?? ''))
    expect(known.size).toBeGreaterThan(200)
    const listed = Object.keys(lifetimes)
    expect(listed.filter((name) => known.has(name))).toEqual(listed.filter((name) => exists(name, version)))
    const golden = join(import.meta.dirname, `../roles/golden-versions/${family}-${version}.yml`)
    const yaml = parse(await readFile(golden, 'utf8')) as GoldenPatroni
    const written = { ...yaml.bootstrap.dcs.postgresql.parameters, ...yaml.postgresql.parameters }
    expect(Object.keys(written).filter((name) => !known.has(name))).toEqual([])
  })

  it('answer the Zabbix server that their network leads to', async () => {
    const { address } = lab.nodes[0] ?? { address: '' }
    expect(await zabbixGet(address, 'agent.ping')).toBe('1')
    expect(await zabbixGet(address, 'agent.hostname')).toBe('n1')
    const elsewhere = ['--limit', 'n1', '-t', 'zabbix', '-e', 'zabbix_agent.internal.network=192.168.0.0/16']
    const { stdout } = await expectRun(2, lab, 'diff', ...elsewhere)
    expect(stdout).toContain('+Server=192.0.2.98')
    expect(await on('n1', 'stat -c "%U %a" /var/lib/zabbix/.my.cnf')).toBe('zabbix 600')
  })

  it('take back what would lock the operator out, and say so', async () => {
    const before = await on('n2', `cat ${sshdFile}`)
    const run = await expectRun(
      1,
      lab,
      'apply',
      '--yes',
      '--limit',
      'n2',
      '-e',
      'sshd.settings.AllowUsers=nobody',
    )
    expect(run.stderr).toContain('no new login works with these settings of SSH; they were taken back')
    expect(await on('n2', `cat ${sshdFile}; ls -d /var/lib/pgha/ssh-revert`)).toBe(before)
    await expectRun(0, lab, 'diff')
  })

  it('take back keys that shut pgha out', async () => {
    const flags = ['-e', 'sshd.authorized_keys.root.exclusive=true', '--limit', 'n3']
    const run = await expectRun(1, lab, 'apply', '--yes', ...flags)
    expect(run.stderr).toContain('they were taken back')
    expect(await on('n3', 'cat /root/.ssh/authorized_keys')).toContain(annKey)
    await expectRun(0, lab, 'diff')
  })

  it('refuse settings that sshd would not read', async () => {
    const run = await expectRun(
      1,
      lab,
      'apply',
      '--yes',
      '--limit',
      'n1',
      '-e',
      'sshd.settings.NoSuchKeyword=1',
    )
    expect(run.stderr).toContain('NoSuchKeyword')
    await on('n1', 'sleep 1')
    await expectRun(0, lab, 'diff')
  })

  it('take back by themselves when the run dies before a login is proved', async () => {
    const { script } = armRevert('a file', sshdFile)
    const soon = script.replace('--on-active=60', '--on-active=2')
    const before = await on('n3', `cat ${sshdFile}`)
    expect(
      await lab.exec(
        'n3',
        `${soon}\necho 'AllowUsers nobody' >>${sshdFile}; systemctl reload ssh || systemctl reload sshd`,
      ),
    ).toMatchObject({ code: 0 })
    expect(await on('n3', `tail -n 1 ${sshdFile}`)).toBe('AllowUsers nobody')
    await eventually(90, async () => ((await on('n3', `cat ${sshdFile}`)) === before ? true : undefined))
    await eventually(10, () => expectRun(0, lab, 'diff').catch(() => undefined))
  })

  it('change from ntpdate to chrony and back, leaving one keeper of the clock', async () => {
    const chrony = ['-e', 'ntp.method=chrony', '-e', 'ntp.chrony_options=-x', '-t', 'ntp', '--limit', 'n1']
    await expectRun(0, lab, 'apply', '--yes', ...chrony)
    expect(await on('n1', `systemctl is-active ${chronyUnit}; ls /etc/cron.d | grep -c pgha`)).toBe(
      'active\n0',
    )
    await expectRun(0, lab, 'diff', ...chrony)
    await expectRun(0, lab, 'apply', '--yes')
    expect(await on('n1', `systemctl is-active ${chronyUnit}; ls /etc/cron.d/pgha-ntpdate`)).toBe(
      'inactive\n/etc/cron.d/pgha-ntpdate',
    )
    await expectRun(0, lab, 'diff')
  })
})
