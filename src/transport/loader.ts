import { sh } from './shell.ts'

/** Where the helper of a node keeps its things; tests put them elsewhere. */
export interface LoaderPaths {
  /** Command line that runs a script file. */
  readonly shell: string
  readonly lockFile: string
  /** Parents of `PGHA_DIR`, best first: memory before disk, since payloads hold secrets. */
  readonly directories: readonly string[]
}

const nodePaths: LoaderPaths = {
  shell: '/bin/sh',
  lockFile: '/run/pgha.lock',
  directories: ['/run', '/dev/shm', '/tmp'],
}

/** What the loader prints first: a password that was sent before this line was sudo's to read, not ours. */
export const hello = 'pgha-loader'

export const stdoutLimitBytes = 32 * 1024 * 1024
export const stderrLimitBytes = 1024 * 1024

/**
 * The program that serves all scripts of one connection. It never changes between runs, so that it may stand in a
 * process list and in sudo's log; nonce, holder, scripts and payloads come on stdin.
 *
 * - Lines before the one that begins with `PGHA` are skipped: a password that sudo did not ask for.
 * - The lock is opened with `>>`, so that a loser never empties what it is about to read. Scripts run without the
 *   lock's descriptor: a daemon that one of them leaves behind must not keep the node locked.
 * - The lock file says who holds it, the helper's pid, and a line of seconds since boot for each sign of life: the first is
 *   when it was taken, `H` adds one. No clock that somebody may set, and no process.
 * - A script runs in the background, so that signs of life are heard meanwhile; whoever ends the loop waits for it. A signal
 *   ends the part that would answer, when the script has come to its end; the helper dies with a part that was killed.
 * - `dd bs=N count=1 iflag=fullblock` reads exactly N bytes with coreutils and busybox; `head -c` of busybox reads on.
 *   A file that cannot be written ends the helper, since nobody knows how much of it was read.
 * - Output goes to files first: a connection that breaks then does not kill dpkg half-way with SIGPIPE, and the answer
 *   has a length, whatever its bytes are. New files for each script: a daemon may still write to those of the last.
 * - A directory of a dead helper is swept after a day only: a script of it may still run and need its payloads.
 * - `Q` is a script that only reads. It runs in a subshell of this shell, its answer is kept in a variable: starting a program
 *   takes a node 3 to 10 ms, and without it there are six of them, and no directory. Who ends the loop does not wait for it, so it
 *   lets go of the lock; by `exec`, since dash keeps a copy of what a function is called without.
 *   The trap adds the exit code to what it printed, also when it ends itself; `$(…)` would drop newlines at the end.
 */
export function loader({ shell, lockFile, directories }: LoaderPaths): string {
  const lock = sh(lockFile)
  const bases = directories.map(sh).join(' ')
  return `umask 077
LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin HOME=~root
export LC_ALL PATH HOME
unset ENV BASH_ENV CDPATH TMPDIR
cd /
printf '\\n${hello}\\n'
tag=
while [ "$tag" != PGHA ]; do IFS=' ' read -r tag nonce holder || exit 70; done
say() { printf '\\n@%s %s\\n' "$nonce" "$*"; }
uptime() { IFS=' .' read -r up rest </proc/uptime; printf '%s\\n' "$up"; }
alive() { [ -z "$holder" ] || uptime >&9; }
if [ -n "$holder" ]; then
  exec 9>>${lock}
  flock -n 9
  case $? in
    0) printf '%s\\n%s\\n' "$holder" "$$" >${lock}; alive ;;
    1) { IFS= read -r other; IFS= read -r pid; IFS= read -r since; last=$since; while IFS= read -r beat; do last=$beat; done; } <${lock}
      now=$(uptime) held=- silent=-
      case $since/$last in /* | *[!0-9/]*) ;; *) held=$((now - since)) silent=$((now - last)) ;; esac
      say locked "\${pid:-0} $held $silent $other"; exit 75 ;;
    *) say unlockable; exit 74 ;;
  esac
fi
PGHA_DIR=
export PGHA_DIR
home() {
  [ -z "$PGHA_DIR" ] || return 0
  for base in ${bases}; do PGHA_DIR=$(mktemp -d "$base/pgha.$$.XXXXXX") && break; done
  [ -d "$PGHA_DIR" ] || { say homeless; exit 73; }
  trap 'rm -rf "$PGHA_DIR"' EXIT
  for old in "$base"/pgha.*.*; do
    owner=\${old#"$base"/pgha.}; owner=\${owner%%.*}
    [ -d "$old" ] && ! kill -0 "$owner" 2>/dev/null && find "$old" -prune -mtime +0 -exec rm -rf {} +
  done
}
job= query=
settle() { while [ -n "$job" ] && kill -0 "$job" 2>/dev/null; do wait "$job"; done; job=; }
trap '[ -z "$job" ] || kill "$job" 2>/dev/null; settle; exit 143' HUP INT TERM PIPE
uid=; while [ "$uid" = "" ] && read -r key real effective rest; do [ "$key" != Uid: ] || uid=$effective; done <"/proc/$$/status"
say ready "$uid"
ask() {
  trap - EXIT
  out=$(trap 'printf "/%s" "$?"' EXIT; eval "$query")
  code=\${out##*/} out=\${out%/*}
  say end "$code \${#out} 0"
  [ \${#out} -gt ${stdoutLimitBytes} ] || printf %s "$out"
}
serve() {
  limit=; [ "$1" -gt 0 ] && limit="timeout -k 5 $1"
  $limit ${shell} "$PGHA_DIR/.script" </dev/null >"$PGHA_DIR/.out" 2>"$PGHA_DIR/.err" 9>&-
  code=$?
  set -- $(stat -c %s "$PGHA_DIR/.out" "$PGHA_DIR/.err")
  out=\${1:-0} err=\${2:-0}
  [ "$err" -le ${stderrLimitBytes} ] || err=${stderrLimitBytes}
  say end "$code $out $err"
  if [ "$out" -gt 0 ] && [ "$out" -le ${stdoutLimitBytes} ]; then head -c "$out" "$PGHA_DIR/.out"; fi
  if [ "$err" -gt 0 ]; then tail -c "$err" "$PGHA_DIR/.err" | head -c "$err"; fi
  rm -rf "$PGHA_DIR"/* "$PGHA_DIR"/.[!.]*
}
while IFS=' ' read -r op n name; do
  case $op in
    H) alive ;;
    Q)
      settle
      say begin
      query=$(dd bs="$n" count=1 iflag=fullblock 2>/dev/null)
      [ \${#query} = "$n" ] || exit 72
      (exec 9>&-; ask) </dev/null & ;;
    F)
      settle
      home
      if [ "$n" -gt 0 ]; then dd bs="$n" count=1 iflag=fullblock of="$PGHA_DIR/$name" 2>/dev/null
      else printf '' >"$PGHA_DIR/$name"; fi || { say unwritten "$name"; exit 72; } ;;
    R)
      settle
      home
      say begin
      (trap - EXIT
        (trap 'exit 143' HUP INT TERM PIPE; serve "$n") & part=$!
        trap 'kill "$part" 2>/dev/null; while kill -0 "$part" 2>/dev/null; do wait "$part"; done; exit 143' HUP INT TERM PIPE
        wait "$part"; [ $? -ne 137 ] || kill -KILL $$) & job=$! ;;
    *) break ;;
  esac
done
settle
exit 0
`
}

/**
 * The loader as one command without newline, `!` or nested quotes: bash, dash, tcsh and fish as login shells all hand it
 * on unharmed. What they or the shell might read is written in octal, which `printf` undoes without starting a program.
 * sudo and the loader itself leave stdin alone until their first `read`.
 */
export function loaderCommand(paths: LoaderPaths = nodePaths): string {
  return `/bin/sh -c 'eval "$(printf %b "${loader(paths).replace(/[^\w =:,.;/@()<>|&*?[\]{}-]/g, octal)}")"'`
}

function octal(character: string): string {
  return `\\0${character.charCodeAt(0).toString(8).padStart(3, '0')}`
}
