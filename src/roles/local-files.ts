import type { RepositoryFields } from './packages/repository-vars.ts'
import type { SshdVars } from './sshd/vars.ts'
import type { ZabbixAgentVars } from './zabbix-agent/vars.ts'

/** Makes a path of this machine absolute. */
type Local = (path: string) => string

/** A repository whose key has an absolute path. */
export function withLocalKey<R extends RepositoryFields>(repository: R, local: Local): R {
  return repository.key === undefined ? repository : { ...repository, key: local(repository.key) }
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
