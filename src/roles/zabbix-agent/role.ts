import { basename } from 'node:path'
import { type Resource, tagged } from '../../engine/resource.ts'
import { absentFile } from '../../resources/absent-file.ts'
import { directory } from '../../resources/directory.ts'
import { file } from '../../resources/file.ts'
import { link } from '../../resources/link.ts'
import { absentPackage } from '../../resources/package/absent.ts'
import { packages } from '../../resources/package/package.ts'
import { service } from '../../resources/service/service.ts'
import { PghaError } from '../../shared/errors.ts'
import { wantedRepository } from '../repositories/wanted.ts'
import type { Role, RoleContext } from '../role.ts'
import { zabbixServer } from './server.ts'
import type { ZabbixAgentVars } from './vars.ts'

const mysql = 'zabbix-mysql'
const scriptsFolder = '/etc/zabbix/externalscripts'
const includesFolder = '/etc/zabbix/zabbix_agentd.d'
const home = '/var/lib/zabbix'

/** The agent that tells Zabbix how the node is doing. */
export const zabbixAgent: Role = {
  name: 'zabbix-agent',
  tags: ['zabbix'],
  partTags: [mysql],
  section: 'zabbix_agent',
  optional: true,

  resources(context) {
    const { family } = context
    const vars = varsOf(context)
    const config = configFile(context, vars)
    const own = [vars.config_file, vars.config_link]
    return [
      ...(vars.repository === undefined ? [] : wantedRepository('zabbix', vars.repository, context)),
      ...vars.absent_packages.map((pattern) => absentPackage(family, pattern)),
      ...packages(family, vars.packages),
      ...folders.map((folder) => tagged(folder, mysql)),
      ...scripts(context, vars),
      ...vars.absent_files.flatMap((path) => (own.includes(path) ? [] : [absentFile(path)])),
      config,
      ...(vars.config_link === vars.config_file
        ? []
        : [link({ path: vars.config_link, target: vars.config_file, replacesFile: true })]),
      service({ unit: 'zabbix-agent.service', restartOn: [config] }),
    ]
  },
}

const folders: readonly Resource[] = [
  directory({ path: scriptsFolder }),
  directory({ path: includesFolder }),
  directory({ path: home, owner: 'zabbix', group: 'zabbix', mode: '0750' }),
]

// Run by the agent, but not changed by it.
function scripts({ readFile }: RoleContext, vars: ZabbixAgentVars): readonly Resource[] {
  const own = vars.scripts.map((path) =>
    file({
      path: `${scriptsFolder}/${basename(path)}`,
      group: 'zabbix',
      mode: '0750',
      content: readFile(path),
    }),
  )
  if (vars.my_cnf === undefined) return own
  const login = file({
    path: `${home}/.my.cnf`,
    owner: 'zabbix',
    group: 'zabbix',
    mode: '0600',
    secret: true,
    content: readFile(vars.my_cnf),
  })
  return [...own, tagged(login, mysql)]
}

const logs = {
  debian: '/var/log/zabbix-agent/zabbix_agentd.log',
  el: '/var/log/zabbix/zabbix_agentd.log',
} as const

function configFile({ host, family, facts, render }: RoleContext, vars: ZabbixAgentVars): Resource {
  return file({
    path: vars.config_file,
    group: 'zabbix',
    mode: '0640',
    content: render(vars.template ?? 'zabbix-agent/zabbix_agentd.conf.njk', {
      host_name: host.name,
      address: host.vars.address,
      server: zabbixServer(vars, facts.addresses),
      log_file: logs[family],
      pid_file: '/run/zabbix/zabbix_agentd.pid',
      includes: includesFolder,
    }),
  })
}

function varsOf({ host }: RoleContext): ZabbixAgentVars {
  if (host.vars.zabbix_agent !== undefined) return host.vars.zabbix_agent
  throw new PghaError('input', 'has no section zabbix_agent', { host: host.name })
}
