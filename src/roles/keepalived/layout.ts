import type { Family } from '../../resources/package/package.ts'

/** The user that keepalived runs scripts as: the name that it looks for itself when script security is on. */
export const scriptUser = 'keepalived_script'

/** Where keepalived's scripts lie. */
export interface ScriptPaths {
  readonly check: string
  readonly notify: string
  readonly alert: string
  readonly release: string
}

/** The policy of SELinux lets keepalived run what lies in /usr/libexec/keepalived, and nothing in /etc. */
export function scriptPaths(family: Family): ScriptPaths {
  const folder = family === 'el' ? '/usr/libexec/keepalived' : '/etc/keepalived'
  return {
    check: `${folder}/check-haproxy.sh`,
    notify: `${folder}/notify.sh`,
    alert: `${folder}/alert.sh`,
    release: `${folder}/release.sh`,
  }
}
