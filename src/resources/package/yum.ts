import { command } from '../../transport/shell.ts'
import type { PackageManager } from './manager.ts'

/** Enterprise Linux and its family: rpm, and yum 3 or dnf under the name of yum. */
export const yum: PackageManager = {
  name: 'yum',

  query: (names) =>
    `${command('rpm', '-q', '--qf', 'installed|%{NAME}|%{VERSION}-%{RELEASE}\\n', ...names)} 2>/dev/null || :`,

  install: (packages) => `umask 022
log=/var/log/pgha-packages.log
: >>"$log" && chmod 0600 "$log"
yum -y install ${command(...packages.map(pinned))} >>"$log" 2>&1 </dev/null ||
  { code=$?; tail -n 15 "$log" >&2; exit $code; }`,
}

function pinned({ name, version }: { readonly name: string; readonly version?: string }): string {
  return version === undefined ? name : `${name}-${version}`
}
