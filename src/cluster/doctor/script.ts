import { units } from './exam.ts'

/**
 * Reads a node for the doctor; prints sections that begin with `@<nonce> <name>`. Changes nothing. Journals: of a unit
 * that has run for a while all lines of this run, at most ten minutes; of one that starts again and again those of the
 * last seconds; of one that is down its last words. POSIX sh for systemd 219 (no `--value`) and iproute2 of EL 7.
 */
export function examScript(nonce: string): string {
  return `section() { printf '\\n@${nonce} %s\\n' "$1"; }
section clock
date +%s.%N
value() { sed -n "s/^ *$1: *\\"\\{0,1\\}\\([^\\"]*\\)\\"\\{0,1\\} *$/\\1/p" /etc/patroni/patroni.yml 2>/dev/null | head -n 1; }
data=$(value data_dir) bin=$(value bin_dir)
read -r up rest </proc/uptime
up=\${up%%.*}
field() { v=$(systemctl show -p "$2" "$1.service" 2>/dev/null); printf '%s' "\${v#*=}"; }
section units
for unit in ${units.join(' ')}; do
  echo "$unit|$(field "$unit" LoadState)|$(field "$unit" ActiveState)"
done
for unit in ${units.join(' ')}; do
  section "journal $unit"
  entered=$(field "$unit" ActiveEnterTimestampMonotonic)
  age=$((up - \${entered:-0} / 1000000))
  [ "$age" -le 600 ] || age=600
  case $(field "$unit" ActiveState) in
    active | reloading) [ "$age" -ge 10 ] && set -- --since="-\${age}s" -n 400 || set -- --since=-15s -n 200 ;;
    activating | deactivating) set -- --since=-15s -n 200 ;;
    *) set -- -n 30 ;;
  esac
  journalctl -q --no-pager -o short-iso -u "$unit.service" "$@" 2>/dev/null | cut -c1-600
done
section disks
df -P / /etc /tmp /var /var/lib "$data" "$data/pg_wal" 2>/dev/null | sed -n '2,$s/^/bytes /p' | sort -u
df -Pi / /etc /tmp /var /var/lib "$data" "$data/pg_wal" 2>/dev/null | sed -n '2,$s/^/inodes /p' | sort -u
section listeners
ss -ltnp 2>/dev/null | while read -r state recv send local peer users; do
  [ "$state" = LISTEN ] || continue
  pid=$(printf '%s' "$users" | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p')
  program=$(printf '%s' "$users" | sed -n 's/[^"]*"\\([^"]*\\)".*/\\1/p')
  unit=
  [ -z "$pid" ] || unit=$(sed -n 's#.*/\\([^/]*\\.\\(service\\|scope\\)\\).*#\\1#p' "/proc/$pid/cgroup" 2>/dev/null | head -n 1)
  echo "$local|$program|$pid|$unit"
done
section addresses
ip -4 -o addr show 2>/dev/null | sed -n 's/.* inet \\([0-9.]*\\).*/\\1/p'
section data
echo "path=$data"
[ -n "$data" ] && [ -s "$data/PG_VERSION" ] && echo has=yes
[ -n "$data" ] && "$bin/pg_controldata" "$data" 2>/dev/null | sed -n 's/^Database system identifier: */id=/p'
section end
`
}
