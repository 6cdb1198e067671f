import { existsSync, readFileSync, rmSync } from 'node:fs'

import type { Sandbox } from './support.ts'

/** A `systemctl` that keeps the state of its units in files. */
export interface FakeSystemd {
  /** A unit that a package has brought: neither running nor enabled. */
  unit(name: string): void
  runs(name: string): void
  /** Runs as this process, and as the next one once it is killed. */
  process(name: string, pid: number, next: number): void
  /** What it is asked to start or reload fails. */
  breaks(name: string): void
  /** Calls that change something, in order. */
  calls(): readonly string[]
  /** How often it was asked for states. */
  shows(): number
  forget(): void
}

export function fakeSystemd(node: Sandbox): FakeSystemd {
  const folder = node.path('systemd')
  const log = `${folder}/calls`
  node.program('systemctl', `S='${folder}'`, systemctl)
  node.program('journalctl', 'exit 0')
  const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [])
  node.write('systemd/empty', '')
  return {
    unit: (name) => node.write(`systemd/${name}.there`, ''),
    runs: (name) =>
      node.write(`systemd/${name}.since`, String(uptimeUs())) && node.write(`systemd/${name}.enabled`, ''),
    process(name, pid, next) {
      node.write(`systemd/${name}.pid`, `${pid}\n`)
      node.write(`systemd/${name}.next`, `${next}\n`)
    },
    breaks: (name) => node.write(`systemd/${name}.broken`, ''),
    calls: () => lines().filter((line) => !line.startsWith('show')),
    shows: () => lines().filter((line) => line.startsWith('show')).length,
    forget() {
      rmSync(log, { force: true })
    },
  }
}

function uptimeUs(): number {
  return Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1e6)
}

const systemctl = `verb=$1; shift
if [ "$verb" = show ]; then
  echo show >>"$S/calls"
  while [ "$1" != -- ]; do shift; done; shift
  blank=
  for u; do
    load=not-found active=inactive boot= since=0 pid=0
    [ ! -e "$S/$u.pid" ] || read -r pid <"$S/$u.pid"
    [ ! -e "$S/$u.there" ] || { load=loaded boot=disabled; }
    [ ! -e "$S/$u.enabled" ] || boot=enabled
    [ ! -e "$S/$u.since" ] || { active=active; read -r since <"$S/$u.since"; }
    [ ! -e "$S/$u.masked" ] || { load=masked boot=masked; }
    printf "\${blank}MainPID=%s\\nId=%s\\nNames=%s\\nLoadState=%s\\nActiveState=%s\\n" "$pid" "$u" "$u" "$load" "$active"
    printf 'UnitFileState=%s\\nActiveEnterTimestampMonotonic=%s\\n' "$boot" "$since"
    printf 'NeedDaemonReload=%s\\n' "$([ -e "$S/$u.stale" ] && echo yes || echo no)"
    blank='\\n'
  done
  exit 0
fi
[ "$verb" != is-enabled ] || { [ -e "$S/$3.enabled" ]; exit; }
[ "$verb" != kill ] || shift 3
[ "\${1:-}" != -- ] || shift
echo "$verb\${1:+ $1}" >>"$S/calls"
case $verb in
  start|restart|reload)
    [ ! -e "$S/$1.broken" ] || exit 1
    [ "$verb" = reload ] || cut -d' ' -f1 /proc/uptime | tr -d . | sed 's/$/0000/' >"$S/$1.since" ;;
  kill) cp "$S/$1.next" "$S/$1.pid" ;;
  stop) rm -f "$S/$1.since"; [ -e "$S/$1.there" ] || exit 5 ;;
  enable) : >"$S/$1.enabled"; rm -f "$S"/*.stale ;;
  disable) rm -f "$S/$1.enabled" ;;
  mask) : >"$S/$1.masked" ;;
  daemon-reload) rm -f "$S"/*.stale ;;
esac`
