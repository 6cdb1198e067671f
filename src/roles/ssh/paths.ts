import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { SshVars } from './vars.ts'

/** A path of this machine as the inventory gives it: `~` is home, relative ones start at the inventory's folder. */
export function localPath(path: string, folder: string, home: string = homedir()): string {
  if (path === '~') return home
  return path.startsWith('~/') ? join(home, path.slice(2)) : resolve(folder, path)
}

/** The SSH settings with absolute paths. */
export function withAbsolutePaths(ssh: SshVars, folder: string, home?: string): SshVars {
  const absolute = (path: string): string => localPath(path, folder, home)
  return {
    ...ssh,
    key_files: ssh.key_files.map(absolute),
    known_hosts: ssh.known_hosts.map(absolute),
    ...(ssh.config_file === undefined ? {} : { config_file: absolute(ssh.config_file) }),
  }
}
