import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { debian } from '../e2e/article/debian.ts'
import { el7 } from '../e2e/article/el7.ts'
import { allTags, roles } from '../../src/roles/index.ts'

const scenarios = join(import.meta.dirname, '../e2e')

/** `repositories` is also each of `repositories, PGDG`. */
function isOf(role: string, drift: string): boolean {
  return role === drift || role.startsWith(`${drift}, `)
}

interface Row {
  readonly article: string
  readonly pgha: string
  readonly scenario: string
}

/** Rows of all tables that name a scenario. */
function rows(): readonly Row[] {
  const text = readFileSync('docs/from-ansible.md', 'utf8')
  return text.split('\n').flatMap((line) => {
    const [, article = '', pgha = '', , scenario = ''] = line.split('|').map((cell) => cell.trim())
    return /^\d\d: /.test(scenario) ? [{ article, pgha, scenario }] : []
  })
}

function scenarioText(number: string): string {
  const file = readdirSync(scenarios).find((name) => name.startsWith(number) && name.endsWith('.test.ts'))
  return file === undefined ? '' : readFileSync(join(scenarios, file), 'utf8')
}

describe('a row of docs/from-ansible.md', () => {
  it.each(rows())('$article: is what a scenario on nodes shows', ({ scenario }) => {
    const [, number = '', title = ''] = /^(\d\d): (.*)$/.exec(scenario) ?? []
    const [, drift] = /^drift: (?!\$)(.+)$/.exec(title) ?? []
    if (drift === undefined) expect(scenarioText(number)).toContain(title)
    else
      for (const { drifts } of [debian, el7])
        expect(drifts.filter(({ role }) => isOf(role, drift))).not.toEqual([])
  })

  it.each(rows().filter(({ pgha }) => /^`[\w-]+`, `[\w-]+`$/.test(pgha)))(
    '$article: names a role and a tag that there are',
    ({ pgha }) => {
      const [, name = '', tag = ''] = /^`([\w-]+)`, `([\w-]+)`$/.exec(pgha) ?? []
      const role = roles.find((one) => one.name === name)
      expect(role).toBeDefined()
      expect(allTags()).toContain(tag)
      expect([role?.name, ...(role?.tags ?? []), ...(role?.partTags ?? [])]).toContain(tag)
    },
  )

  it('names each drift of the roles that the article has tasks for', () => {
    const named = rows().flatMap(({ scenario }) => /^05: drift: (?!\$)(.+)$/.exec(scenario)?.[1] ?? [])
    expect(named.length).toBeGreaterThan(9)
    const scenario = scenarioText('05')
    for (const tag of articleTags) expect(scenario, tag).toContain(`['${tag}', `)
  })

  it('is there for each task of the article', () => {
    const articles = rows().map(({ article }) => article)
    expect(articles.length).toBeGreaterThan(75)
    for (const task of tasks) expect(articles.join('\n'), task).toContain(task)
  })
})

/** Each selects something on a node in the scenario, which says what. */
const articleTags = [
  ...['software', 'open-vm-tools', 'tz', 'tweaks', 'ntp', 'ntpd', 'zabbix', 'zabbix-mysql', 'ssh'],
  ...['haproxy', 'keepalived'],
]

/** The names of the article's tasks, in its order. */
const tasks = [
  ...['Install essential software', 'Development tools', 'Install open VM tools for VMWARE'],
  ...['VmWare service start and enabling', 'setting default timezone', 'setting TZ'],
  ...['Configurating cron for ntpdate', 'ntpd stop and disable', 'crond restart and enabled'],
  ...['set zabbix ip external', 'set zabbix ip internal', 'Import Zabbix3 repo', 'Remove old zabbix'],
  ...['Install zabbix-agent software', 'Creates directories', 'Copy scripts', 'Copy .my.cnf'],
  ...['remove default configs', 'put zabbix-agentd.conf to default place'],
  ...['link zabbix-agentd.conf to /etc/zabbix', 'zabbix-agent start and enable', 'Setting system hostname'],
  ...['ssh.role', 'Import Postgresql96 repo', 'Install PGsql96', 'checkout patroni', 'create /etc/patroni'],
  ...['put postgres.yml', 'install python packages', 'put patroni.service systemd unit'],
  ...['Reload daemon definitions', 'Install haproxy', 'Install keepalived', 'put alert script'],
  ...['patroni_scope', 'patroni_rest_password', 'patroni_postgres_password', 'patroni_replicator_password'],
  ...['cluster_virtual_ip', 'patroni_node_name', 'keepalived_priority', 'install is defined'],
  ...['--skip-tags patroni', '-t patroni'],
]
