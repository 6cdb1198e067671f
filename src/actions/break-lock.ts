import { PghaError } from '../shared/errors.ts'
import { connect } from '../transport/connect.ts'
import type { Target } from '../transport/connection.ts'

/**
 * Frees a node whose lock is stale. The lock is an flock of the helper, so that it is free as soon as the helper is gone:
 * what can be left is a helper whose SSH session has died and that waits for its last script. That script is ended, by
 * force after ten seconds; the next apply looks again at what it did. A helper below a living sshd is at work, or its
 * operator's machine sleeps: that is not for this node to say, so it is refused.
 */
export async function breakLock(target: Target, acceptNew: boolean): Promise<void> {
  const connection = await connect(target, { acceptNew })
  try {
    const { code, stdout } = await connection.run(breakScript, { timeoutMs: 60_000 })
    if (code === 0) return
    const [said = 'the lock is still held'] = stdout.trim().split('\n').slice(-1)
    throw new PghaError('locked', said, {
      host: target.host,
      hint: 'end that run where it was started (Ctrl-C); if that machine is gone, kill the sshd of its session on the node',
    })
  } finally {
    await connection.close()
  }
}

const lockFile = '/run/pgha.lock'

// The parents of a living helper lead to the sshd of its session; when that dies, init takes the helper over.
const breakScript = `isFree() { flock -n ${lockFile} true; }
parent() { sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null; }
below() { for p in $(ps -eo pid=,ppid= | awk -v top="$1" '$2 == top { print $1 }'); do echo "$p"; below "$p"; done; }
isFree && exit 0
{ IFS= read -r holder; IFS= read -r helper; } <${lockFile}
case $helper in '' | *[!0-9]*) echo 'the lock is held by something that is not pgha'; exit 1;; esac
pid=$helper
while [ -n "$pid" ] && [ "$pid" -gt 1 ]; do
  IFS= read -r name <"/proc/$pid/comm" || break
  case $name in sshd*) echo "not stale: the session of process $helper is alive"; exit 1;; esac
  pid=$(parent "$pid")
done
kill -TERM $(below "$helper") 2>/dev/null
tries=0
while [ $tries -lt 50 ]; do isFree && exit 0; tries=$((tries + 1)); sleep 0.2; done
kill -KILL $(below "$helper") "$helper" 2>/dev/null
sleep 0.5
isFree`
