import type { Path } from '../inventory/tree.ts'
import type { RepositoryFields } from './packages/repository-vars.ts'
import type { PatroniVars } from './patroni/vars.ts'
import type { SiteVars } from './site.ts'
import type { SshdVars } from './sshd/vars.ts'
import type { ZabbixAgentVars } from './zabbix-agent/vars.ts'

/** Makes a path of this machine absolute. */
type Local = (path: string) => string

/** A repository whose key has an absolute path. */
export function withLocalKey<R extends RepositoryFields>(repository: R, local: Local): R {
  return repository.key === undefined ? repository : { ...repository, key: local(repository.key) }
}

/** Settings of Patroni whose folder of wheels has an absolute path. */
export function withLocalWheels(patroni: PatroniVars, local: Local): PatroniVars {
  const { install } = patroni
  if (install.wheels === undefined) return patroni
  return { ...patroni, install: { ...install, wheels: local(install.wheels) } }
}

/** Settings of SSH whose files of keys have absolute paths. */
export function withLocalKeys(sshd: SshdVars, local: Local): SshdVars {
  const users = Object.entries(sshd.authorized_keys).map(
    ([user, keys]) => [user, { ...keys, files: keys.files.map(local) }] as const,
  )
  return { ...sshd, authorized_keys: Object.fromEntries(users) }
}

/** Settings of the Zabbix agent whose files have absolute paths. */
export function withLocalFiles(agent: ZabbixAgentVars, local: Local): ZabbixAgentVars {
  const { template, my_cnf, repository, scripts } = agent
  return {
    ...agent,
    scripts: scripts.map(local),
    ...(template === undefined ? {} : { template: local(template) }),
    ...(my_cnf === undefined ? {} : { my_cnf: local(my_cnf) }),
    ...(repository === undefined ? {} : { repository: withLocalKey(repository, local) }),
  }
}

/** A file of this machine that the inventory names. */
export interface LocalFile {
  readonly path: Path
  readonly file: string
  /** A private key may be in an agent, which needs the public one only; known_hosts may come into being. */
  readonly kind: 'file' | 'folder' | 'private key' | 'known_hosts'
}

/** What pgha needs to get onto a host. */
export function loginFiles({ ssh }: SiteVars): readonly LocalFile[] {
  return [
    ...listed('file', ['ssh', 'config_file'], ssh.config_file),
    ...each('private key', ['ssh', 'key_files'], ssh.key_files),
    ...each('known_hosts', ['ssh', 'known_hosts'], ssh.known_hosts),
  ]
}

/** What goes to a host, whole or in parts. */
export function sentFiles({ packages, patroni, sshd, zabbix_agent: agent }: SiteVars): readonly LocalFile[] {
  const { method, wheels } = patroni.install
  return [
    ...packages.repositories.flatMap(({ key }, index) =>
      listed('file', ['packages', 'repositories', index, 'key'], key),
    ),
    ...listed('folder', ['patroni', 'install', 'wheels'], method === 'package' ? undefined : wheels),
    ...Object.entries(sshd?.authorized_keys ?? {}).flatMap(([user, { files }]) =>
      each('file', ['sshd', 'authorized_keys', user, 'files'], files),
    ),
    ...listed('file', ['zabbix_agent', 'repository', 'key'], agent?.repository?.key),
    ...listed('file', ['zabbix_agent', 'template'], agent?.template),
    ...each('file', ['zabbix_agent', 'scripts'], agent?.scripts ?? []),
    ...listed('file', ['zabbix_agent', 'my_cnf'], agent?.my_cnf),
  ]
}

function listed(kind: LocalFile['kind'], path: Path, file: string | undefined): readonly LocalFile[] {
  return file === undefined ? [] : [{ path, file, kind }]
}

function each(kind: LocalFile['kind'], path: Path, files: readonly string[]): readonly LocalFile[] {
  return files.map((file, index) => ({ path: [...path, index], file, kind }))
}
