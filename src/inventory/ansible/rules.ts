/** How a value of Ansible becomes one of pgha; see `forms.ts`. */
export type Form =
  | 'text'
  | 'secret'
  | 'number'
  | 'version'
  | 'address'
  | 'vip'
  | 'key file'
  | 'timezone'
  | 'port behind the colon'
  | 'user before the colon'
  | 'password behind the colon'
  | 'version in a path'
  | 'remote consul'
  | 'vrrp secret'

export interface Rule {
  /** Names of the variable, the one that Ansible itself prefers first. */
  readonly variables: readonly string[]
  /** Where the value goes in pgha's inventory. */
  readonly path: readonly string[]
  readonly form: Form
}

/** What is known by name: Ansible's own connection variables, those of the article, and common names of other roles. */
export const rules: readonly Rule[] = [
  rule('address', 'address', 'ansible_host', 'ansible_ssh_host'),
  rule('ssh.port', 'number', 'ansible_port', 'ansible_ssh_port'),
  rule('ssh.user', 'text', 'ansible_user', 'ansible_ssh_user'),
  rule('ssh.key_files', 'key file', 'ansible_ssh_private_key_file', 'ansible_private_key_file'),
  rule('ssh.passphrase', 'secret', 'ansible_ssh_private_key_passphrase', 'ansible_private_key_passphrase'),
  rule('ssh.password', 'secret', 'ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'),
  rule('ssh.sudo_password', 'secret', 'ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'),
  rule('ssh.connect_timeout', 'number', 'ansible_ssh_timeout', 'ansible_timeout'),

  rule('patroni.scope', 'text', 'patroni_scope', 'patroni_cluster_name'),
  rule('patroni.node_name', 'text', 'patroni_node_name'),
  rule('patroni.namespace', 'text', 'patroni_namespace'),
  rule('patroni.rest_port', 'number', 'patroni_rest_port', 'patroni_restapi_port'),
  rule('patroni.rest_user', 'text', 'patroni_rest_user', 'patroni_restapi_username'),
  rule('patroni.rest_password', 'secret', 'patroni_rest_password', 'patroni_restapi_password'),
  rule('patroni.superuser', 'text', 'patroni_superuser_username'),
  rule('patroni.superuser_password', 'secret', 'patroni_postgres_password', 'patroni_superuser_password'),
  rule('patroni.replication_user', 'text', 'patroni_replication_username', 'patroni_replicator_username'),
  rule(
    'patroni.replication_password',
    'secret',
    'patroni_replicator_password',
    'patroni_replication_password',
  ),
  rule('patroni.ttl', 'number', 'patroni_ttl'),
  rule('patroni.loop_wait', 'number', 'patroni_loop_wait'),
  rule('patroni.retry_timeout', 'number', 'patroni_retry_timeout'),
  rule('patroni.maximum_lag_on_failover', 'number', 'patroni_maximum_lag_on_failover'),

  rule('postgresql.version', 'version', 'postgresql_version', 'postgres_version', 'pg_version'),
  rule('postgresql.port', 'number', 'postgresql_port', 'postgres_port'),
  rule('postgresql.data_dir', 'text', 'postgresql_data_dir', 'patroni_postgresql_data_dir'),

  rule(
    'keepalived.vip',
    'vip',
    'cluster_virtual_ip',
    'cluster_vip',
    'keepalived_vip',
    'keepalived_virtual_ip',
  ),
  rule('keepalived.priority', 'number', 'keepalived_priority'),
  rule('keepalived.interface', 'text', 'keepalived_interface', 'vip_interface'),
  rule('keepalived.virtual_router_id', 'number', 'keepalived_virtual_router_id', 'keepalived_router_id'),
  rule('keepalived.vrrp_secret', 'vrrp secret', 'keepalived_auth_pass', 'keepalived_password', 'vrrp_secret'),

  rule('consul.datacenter', 'text', 'consul_datacenter'),
  rule('consul.gossip_key', 'secret', 'consul_encrypt_key', 'consul_raw_key'),
  rule('consul.token', 'secret', 'consul_token', 'patroni_consul_token'),

  rule('ntp.timezone', 'timezone', 'timezone'),
  rule('zabbix_agent.server', 'text', 'zabbix_server', 'zabbix_ip'),
]

function rule(path: string, form: Form, ...variables: readonly string[]): Rule {
  return { path: path.split('.'), form, variables }
}

/** Why pgha has no use for a variable; undefined when it only has no counterpart. */
export function reasonFor(variable: string): string | undefined {
  return reasons.find(([pattern]) => pattern.test(variable))?.[1]
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^ansible_python_interpreter$/, 'pgha needs no Python on the nodes'],
  [/^ansible_(become|become_user|become_method|sudo)$/, 'pgha uses sudo wherever the login is not root'],
  [/^ansible_(ssh_)?host_key_checking$/, 'pgha always checks host keys; --accept-new trusts new ones'],
  [
    /^ansible_(ssh_)?(connection|pipelining|transfer_method|retries|executable)$/,
    'pgha speaks SSH in its own way',
  ],
  [
    /^ansible_ssh_(common|extra)_args$|^ansible_ssh_args$/,
    'options of ssh belong into ~/.ssh/config, or a file that ssh.config_file names',
  ],
  [/^install$/, 'pgha installs what is missing'],
  [/^telegram_/, 'belongs into alerts.telegram, as token and chat_id'],
]

const secretNames =
  /pass|secret|token|key|credential|auth|vault|private|salt|hash|psk|pwd|(^|_)p(w|in)(_|$)|cert|community|(^|_)bot|login|webhook|hook_?url|account|dsn/i

/** Whether a value under this name should not be shown. */
export function soundsSecret(variable: string): boolean {
  return secretNames.test(variable)
}

/** Whether a value may hold a password whatever it is called: `admin:pw`, `123456:ABC-DEF`, `//user:pw@host`. */
export function looksSecret(value: string): boolean {
  if (/\/\/[^/]*@/.test(value)) return true
  const [, before = '', after = ''] = /^([^\s:/]+):([^\s:/][^\s:]*)$/.exec(value) ?? []
  const isPlace = /^\d{1,5}$/.test(after) && /[.*]|^localhost$|^$/.test(before)
  return after !== '' && !isPlace
}
