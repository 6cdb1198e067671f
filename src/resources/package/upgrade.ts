import { command, sh } from '../../transport/shell.ts'
import type { Family } from './package.ts'

/** An installed package, and the newer version that the node's repositories have. */
export interface Upgrade {
  readonly name: string
  readonly from: string
  readonly to: string
}

/** Reads the repositories anew and prints `U|name|installed|newer` for each of these packages that can be upgraded. */
export function listUpgrades(family: Family, names: readonly string[]): string {
  return `${log}\n${lists[family](command(...names))}`
}

/** Reads what `listUpgrades` printed. */
export function parseUpgrades(printed: string): readonly Upgrade[] {
  return [...printed.matchAll(/^U\|([^|]+)\|([^|]+)\|(.+)$/gm)].map(([, name = '', from = '', to = '']) => ({
    ...{ name, from, to },
  }))
}

/**
 * Installs exactly these versions, with what they need, in one transaction; then restarts each unit that runs and that the
 * packages themselves have not restarted.
 */
export function installUpgrades(
  family: Family,
  upgrades: readonly Upgrade[],
  units: readonly string[],
): string {
  return [
    log,
    `units=${sh(units.join(' '))}`,
    'started() { systemctl show -p ActiveEnterTimestampMonotonic -- "$1"; }',
    'for unit in $units; do started "$unit"; done >"$PGHA_DIR/before"',
    `${installs[family](upgrades)} >>"$log" 2>&1 </dev/null || { code=$?; tail -n 15 "$log" >&2; exit $code; }`,
    'systemctl daemon-reload',
    'line=0',
    'for unit in $units; do',
    '  line=$((line + 1))',
    '  systemctl is-active -q "$unit" || continue',
    '  [ "$(started "$unit")" != "$(sed -n "${line}p" "$PGHA_DIR/before")" ] || systemctl restart "$unit" || exit',
    'done',
  ].join('\n')
}

// Apart from the SSH channel, so that a lost connection cannot kill dpkg halfway.
const log = 'umask 022\nlog=/var/log/pgha-packages.log; : >>"$log" && chmod 0600 "$log"'

const lists: Record<Family, (names: string) => string> = {
  debian: (names) => `export DEBIAN_FRONTEND=noninteractive
apt-get update -q -o DPkg::Lock::Timeout=120 >>"$log" 2>&1 </dev/null || { code=$?; tail -n 15 "$log" >&2; exit $code; }
apt-cache policy ${names} | awk '/^[^ ]/ { name = $1; sub(/:$/, "", name) } /^  Installed:/ { old = $2 }
  /^  Candidate:/ && old != "(none)" && $2 != old { print "U|" name "|" old "|" $2 }'`,
  el: (names) => `yum -q clean expire-cache >>"$log" 2>&1
for name in ${names}; do
  old=$(rpm -q --qf '%{VERSION}-%{RELEASE}\\n' "$name" 2>/dev/null | grep '^[^ ]*$' | tail -n 1)
  [ -n "$old" ] || continue
  new=$(yum -q list updates "$name" 2>/dev/null | awk -v name="$name" 'index($1, name ".") == 1 { v = $2; sub(/^[0-9]+:/, "", v); print v; exit }')
  [ -z "$new" ] || echo "U|$name|$old|$new"
done`,
}

const installs: Record<Family, (upgrades: readonly Upgrade[]) => string> = {
  debian: (upgrades) =>
    `DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l APT_LISTCHANGES_FRONTEND=none apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ${command(...upgrades.map(({ name, to }) => `${name}=${to}`))}`,
  el: (upgrades) => `yum -y update ${command(...upgrades.map(({ name, to }) => `${name}-${to}`))}`,
}
