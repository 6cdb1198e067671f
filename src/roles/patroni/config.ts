import type { Facts } from '../../facts/gather.ts'
import { isEl7 } from '../../facts/os.ts'
import { etcdEndpoints, nodeName } from '../members.ts'
import { postgresLayout } from '../postgres/layout.ts'
import type { RoleContext } from '../role.ts'
import type { SiteVars } from '../site.ts'
import { bootstrapSettings } from './dcs-settings.ts'
import { passwordMethod, pgHba } from './pg-hba.ts'

/** What the template of patroni.yml is given. */
export function patroniConfig(context: RoleContext): Readonly<Record<string, unknown>> {
  const { host, hosts, family, facts } = context
  const { address, patroni, postgresql, consul, etcd } = host.vars
  const layout = postgresLayout(family, postgresql.version)
  return {
    ...patroni,
    basebackup: { max_rate: null, ...patroni.basebackup },
    rewind_password: patroni.rewind_password ?? null,
    node_name: nodeName(host),
    address,
    port: postgresql.port,
    dcs_name: host.vars.dcs,
    consul: consul.external?.[0] ?? '127.0.0.1:8500',
    consul_token: consul.token ?? null,
    etcd: { ...noLogin, ...etcd, hosts: etcdEndpoints(host, hosts) },
    dcs: bootstrapSettings(host.vars),
    initdb_locale: postgresql.initdb_locale ?? defaultLocale(facts),
    bin_dir: layout.binDir,
    data_dir: postgresql.data_dir ?? layout.dataDir,
    pgpass: `${layout.home}/.pgpass-patroni`,
    socket_dir: layout.socketDir,
    // A switch in 9.6, where there is only md5; a method from 10 on.
    password_encryption: postgresql.version < 10 ? 'on' : passwordMethod(postgresql),
    pg_hba: pgHba(hosts, host.vars),
    watchdog: watchdogMode(patroni.watchdog, facts),
  }
}

const noLogin = { user: null, password: null, cacert: null }

/** `auto` asks for a watchdog where the kernel has one. */
export function watchdogMode(
  mode: SiteVars['patroni']['watchdog'],
  facts: Facts,
): 'off' | 'automatic' | 'required' {
  if (mode !== 'auto') return mode
  return facts.machine.hasWatchdog ? 'required' : 'off'
}

/** glibc 2.17 of EL 7 has no C.UTF-8. */
function defaultLocale({ os }: Facts): string {
  return isEl7(os) ? 'C' : 'C.UTF-8'
}
