import { command } from '../../transport/shell.ts'
import type { PackageManager } from './manager.ts'

/** Debian and its family: dpkg and apt-get. */
export const apt: PackageManager = {
  name: 'apt',

  // ${db:Status-Status} needs dpkg 1.17; a removed package with its configuration left is not installed.
  query: (
    names,
  ) => `P=$(${command('dpkg-query', '-W', '-f', '${db:Status-Status}|${Package}|${Version}\\n', ...names)} 2>/dev/null)
printf '%s\\n' "$P"
missing=
for name in ${command(...names)}; do
  case "
$P" in *"
installed|$name|"*) ;; *) missing="$missing $name";; esac
done
[ -z "$missing" ] || apt-cache policy $missing 2>/dev/null |
  awk '/^[^ ]/ { name = $1; sub(/:$/, "", name) } /^  Candidate:/ && $2 != "(none)" { print "A|" name "|" $2 }'`,

  install: (packages) => `${updateWhenStale}
dpkg --configure -a >>"$log" 2>&1 </dev/null
apt-get install -y -q --no-install-recommends ${options} ${command(...packages.map(pinned))} >>"$log" 2>&1 </dev/null ||
  { code=$?; tail -n 15 "$log" >&2; exit $code; }`,
}

// Answers for packages with questions; the operator's configuration files win; a lock of unattended-upgrades is waited for.
const options = [
  '-o DPkg::Lock::Timeout=120',
  '-o Dpkg::Options::=--force-confdef',
  '-o Dpkg::Options::=--force-confold',
].join(' ')

// The log keeps apt's output off the SSH channel, so that a lost connection cannot kill dpkg halfway.
// needrestart would restart PostgreSQL behind Patroni's back (autobase #1440).
const updateWhenStale = `umask 022
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l APT_LISTCHANGES_FRONTEND=none
log=/var/log/pgha-packages.log stamp=/var/lib/pgha/apt-updated
mkdir -p /var/lib/pgha && : >>"$log" && chmod 0600 "$log"
if [ ! -e "$stamp" ] || [ -n "$(find "$stamp" -mmin +60)" ] ||
   [ -n "$(find /etc/apt/sources.list /etc/apt/sources.list.d -newer "$stamp" 2>/dev/null)" ]; then
  apt-get update -q ${options} >>"$log" 2>&1 </dev/null && touch "$stamp" ||
    { code=$?; tail -n 15 "$log" >&2; exit $code; }
fi`

function pinned({ name, version }: { readonly name: string; readonly version?: string }): string {
  return version === undefined ? name : `${name}=${version}`
}
