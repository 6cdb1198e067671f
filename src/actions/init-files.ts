import { yamlText } from '../inventory/ansible/yaml-lines.ts'
import type { InitOptions } from './init.ts'
import type { NewFile } from './new-inventory.ts'

export interface Passwords {
  readonly rest: string
  readonly superuser: string
  readonly replication: string
  readonly vrrp: string
}

/** The files of a new inventory: what an operator will want to read and change, and the passwords apart from it. */
export function initFiles(options: InitOptions, passwords: Passwords): readonly NewFile[] {
  return [
    { path: 'inventory.yaml', text: inventoryText(options), isSecret: false },
    { path: 'group_vars/all.yaml', text: secretsText(options, passwords), isSecret: true },
  ]
}

function inventoryText({ hosts, vip, scope, user, version }: InitOptions): string {
  return `\
# The cluster ${oneLine(scope)}, written by \`pgha init\`. Passwords are in group_vars/all.yaml, readable by its owner only.
#
#   pgha validate     checks this file, contacts nobody
#   pgha diff         shows what apply would do
#   pgha apply        does it
#   pgha verify       proves the result
#
# All settings with their defaults: inventory.example.yaml. Editors know them with \`pgha schema > pgha.schema.json\` and
# yaml-language-server: $schema=pgha.schema.json
vars:
  ssh:
    ${user === undefined ? '#user: root' : `user: ${yamlText(user)}`} # others need sudo
    #key_files: [~/.ssh/id_ed25519] # before the keys of the agent

groups:
  pgsql:
    vars:
      postgresql:
        version: ${/^\d+(\.\d+)?$/.test(version) ? version : yamlText(version)}
        parameters:
          max_connections: 400 # above haproxy.server_maxconn, which is 90
          #shared_buffers: 1GB # a quarter of the memory of a node
        #client_networks: [192.0.2.0/24] # who may log in at PostgreSQL directly, past HAProxy

      patroni:
        scope: ${yamlText(scope)} # name of the cluster in the DCS
        #synchronous: 'on' # a commit waits for a replica: no acknowledged write is lost

      #consul: { external: [192.0.2.20:8500] } # a Consul that exists already; else one is built on the nodes

      #haproxy: { primary_port: 5000, replica_port: 5001 } # where clients find the leader, and the replicas
${keepalivedText(vip)}
    hosts:
${hosts.map((host, index) => hostText(host, vip === undefined ? undefined : 100 + hosts.length - 1 - index)).join('')}`
}

function keepalivedText(vip: string | undefined): string {
  if (vip === undefined) {
    return `
      # Without a virtual address there is no keepalived: clients connect to a node.
      roles: [consul, postgres, patroni, haproxy]
`
  }
  return `
      keepalived:
        vip: ${yamlText(vip)} # the address that clients connect to; it moves between the nodes
        virtual_router_id: 51 # 1 to 255, unique in the network
`
}

function hostText({ name, address }: InitOptions['hosts'][number], priority: number | undefined): string {
  const keepalived = priority === undefined ? '' : `, keepalived: { priority: ${priority} }`
  return `      ${yamlText(name)}: { address: ${yamlText(address)}${keepalived} }\n`
}

function secretsText({ vip }: InitOptions, passwords: Passwords): string {
  const keepalived = vip === undefined ? '' : `keepalived:\n  vrrp_secret: ${passwords.vrrp}\n`
  return `\
# Passwords of all nodes, made by \`pgha init\`. Keep this file out of version control; instead of a value,
# \`!env NAME\` takes it from the environment.
patroni:
  rest_password: ${passwords.rest}
  superuser_password: ${passwords.superuser}
  replication_password: ${passwords.replication}
${keepalived}`
}

function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ')
}
