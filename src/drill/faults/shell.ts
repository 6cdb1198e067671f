/** Where a drill keeps its things on a node; on a tmpfs, so that a reboot forgets them. */
export const nodeFolder = '/run/pgha-drill'

/**
 * Functions for the scripts of faults, in POSIX sh for systemd 219. `main_pid` never gives 0, which kill would take for its
 * own process group. `keep_down` is stronger than a mask, which a unit in /etc wins over.
 */
export const prelude = `main_pid() {
  p=$(systemctl show -p MainPID "$1" | sed 's/^MainPID=//')
  [ "\${p:-0}" -gt 1 ] || { echo "$1 does not run"; exit 1; }
  echo "$p"
}
data_dir() { sed -n 's/^ *data_dir: *"*\\([^"]*\\)"*$/\\1/p' /etc/patroni/*.yml | head -n 1; }
postmaster() {
  p=$(head -n 1 "$(data_dir)/postmaster.pid" 2>/dev/null)
  [ "\${p:-0}" -gt 1 ] && kill -0 "$p" 2>/dev/null || { echo "PostgreSQL does not run"; exit 1; }
  echo "$p"
}
keep_down() {
  d=/run/systemd/system/$1.service.d
  mkdir -p ${nodeFolder} "$d"
  : >${nodeFolder}/down-$1
  printf '[Unit]\\nConditionPathExists=!${nodeFolder}/down-%s\\n[Service]\\nRestart=no\\n' "$1" >"$d/pgha-drill.conf"
  systemctl daemon-reload
}
let_up() {
  rm -f ${nodeFolder}/down-$1 /run/systemd/system/$1.service.d/pgha-drill.conf
  rmdir /run/systemd/system/$1.service.d 2>/dev/null
  systemctl daemon-reload
  systemctl start "$1"
}
`
