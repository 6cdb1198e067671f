import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

import type { SiteHost } from '../roles/site.ts'
import type { Target } from '../transport/connection.ts'

/** How a host is reached, from its section `ssh`. Relative paths start from the folder of the inventory. */
export function targetOf(host: SiteHost, folder: string): Target {
  const { ssh, address } = host.vars
  const path = (written: string) =>
    written.startsWith('~/') ? join(homedir(), written.slice(2)) : resolve(folder, written)
  return {
    host: host.name,
    address,
    ...(ssh.port === undefined ? {} : { port: ssh.port }),
    ...(ssh.user === undefined ? {} : { user: ssh.user }),
    ...(ssh.key_files.length === 0 ? {} : { keyFiles: ssh.key_files.map(path) }),
    ...(ssh.known_hosts.length === 0 ? {} : { knownHostsFiles: ssh.known_hosts.map(path) }),
    ...(ssh.config_file === undefined ? {} : { configFile: path(ssh.config_file) }),
    ...(ssh.passphrase === undefined ? {} : { passphrase: ssh.passphrase.reveal() }),
    ...(ssh.password === undefined ? {} : { password: ssh.password.reveal() }),
    ...(ssh.sudo_password === undefined ? {} : { sudoPassword: ssh.sudo_password.reveal() }),
    connectTimeoutMs: ssh.connect_timeout * 1000,
  }
}
