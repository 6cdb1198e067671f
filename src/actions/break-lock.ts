import { PghaError } from '../shared/errors.ts'
import { connect } from '../transport/connect.ts'
import type { Target } from '../transport/connection.ts'
import { staleSeconds } from '../transport/lock.ts'
import { sh } from '../transport/shell.ts'

/**
 * Frees a node whose lock is stale: the SSH session of its helper has died, and the helper only waits for its last script;
 * or the run has given no sign of life for a minute, whatever sshd believes. That script is ended, and the helper, by force
 * after ten seconds; the next apply looks again at what they did. A run that gives signs of life is at work: that is refused.
 */
export async function breakLock(target: Target, acceptNew: boolean): Promise<void> {
  const connection = await connect(target, { acceptNew })
  try {
    const { code, stdout } = await connection.run(breakScript(), { timeoutMs: 60_000 })
    if (code === 0) return
    const [said = 'the lock is still held'] = stdout.trim().split('\n').slice(-1)
    throw new PghaError('locked', said, {
      host: target.host,
      hint: `end that run where it was started (Ctrl-C); if that machine is gone, wait: ${staleSeconds} s after its last sign of life the lock is stale`,
    })
  } finally {
    await connection.close()
  }
}

/**
 * Frees the lock or says why not; tests have theirs elsewhere. The parents of a living helper lead to the sshd of its session;
 * when that dies, init takes the helper over. Whoever has the lock's descriptor keeps the node locked: the helper, and the
 * part of it that waits for a script.
 */
export function breakScript(lockFile = '/run/pgha.lock'): string {
  return `lock=${sh(lockFile)}
isFree() { flock -n "$lock" true; }
parent() { sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null; }
below() { for p in $(ps -eo pid=,ppid= | awk -v top="$1" '$2 == top { print $1 }'); do echo "$p"; below "$p"; done; }
holders() { for p in /proc/[0-9]*; do [ "$p/fd/9" -ef "$lock" ] && echo "\${p#/proc/}"; done; }
isFree && exit 0
last=; { IFS= read -r holder; IFS= read -r helper; while IFS= read -r beat; do last=$beat; done; } <"$lock"
case $helper in '' | *[!0-9]*) echo 'the lock is held by something that is not pgha'; exit 1;; esac
case $last in '' | *[!0-9]*) silent=0;; *) IFS=' .' read -r now rest </proc/uptime; silent=$((now - last));; esac
pid=$helper
while [ "$silent" -le ${staleSeconds} ] && [ -n "$pid" ] && [ "$pid" -gt 1 ]; do
  IFS= read -r name <"/proc/$pid/comm" || break
  case $name in sshd*) echo "not stale: the run of process $helper gave a sign of life $silent s ago"; exit 1;; esac
  pid=$(parent "$pid")
done
all=$(for p in "$helper" $(holders); do echo "$p"; below "$p"; done)
kill -TERM $all 2>/dev/null
tries=0
while [ $tries -lt 50 ]; do isFree && exit 0; tries=$((tries + 1)); sleep 0.2; done
kill -KILL $all 2>/dev/null
sleep 0.5
isFree`
}
