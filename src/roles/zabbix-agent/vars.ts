import * as z from 'zod'
import { absolutePath, line, packageName, packagePattern, text } from '../../inventory/fields.ts'
import { RepositoryFields } from '../packages/repository-vars.ts'

const Server = text(/^[A-Za-z0-9][A-Za-z0-9.:_-]*$/, 'expected the name or address of a Zabbix server')

const Internal = z.strictObject({
  network: z.cidrv4().meta({ description: 'nodes with an address in this network take the internal server' }),
  server: Server.meta({ description: 'the server as such nodes reach it' }),
})

/** The agent that tells Zabbix how the node is doing. */
export const ZabbixAgentVars = z.strictObject({
  server: Server.meta({ description: 'the Zabbix server that may ask the agent' }),
  internal: Internal.optional().meta({ description: 'another address of the server, for inner nodes' }),
  repository: RepositoryFields.optional().meta({
    description: "where the agent's packages come from; default: what the node has",
  }),
  packages: z
    .array(packageName())
    .min(1)
    .default(['zabbix-agent'])
    .meta({ description: 'packages of the agent' }),
  absent_packages: z
    .array(packagePattern())
    .default(['zabbix2*'])
    .meta({ description: 'packages of former versions that are removed, as names or patterns' }),
  config_file: absolutePath()
    .default('/etc/zabbix_agentd.conf')
    .meta({ description: "the agent's configuration" }),
  config_link: absolutePath()
    .default('/etc/zabbix/zabbix_agentd.conf')
    .meta({ description: 'a link to it where the unit of the package looks' }),
  absent_files: z
    .array(absolutePath())
    .default([
      '/etc/zabbix_agentd.conf',
      '/etc/zabbix/zabbix_agentd.conf',
      '/etc/zabbix/zabbix_agent.conf',
      '/etc/zabbix/zabbix_agentd.conf.rpmnew',
      '/etc/zabbix/zabbix_agentd.conf.ucf-dist',
    ])
    .meta({ description: 'stray configurations that are removed; never the two above' }),
  template: line().optional().meta({ description: 'a template of your own, a file on this machine' }),
  scripts: z
    .array(line())
    .default([])
    .meta({ description: 'files on this machine that go to /etc/zabbix/externalscripts' }),
  my_cnf: line().optional().meta({
    description: 'a file on this machine that becomes /var/lib/zabbix/.my.cnf',
  }),
})

export type ZabbixAgentVars = z.infer<typeof ZabbixAgentVars>
