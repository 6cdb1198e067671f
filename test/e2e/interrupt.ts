import { spawn } from 'node:child_process'

import type { Lab } from '../lab/lab.ts'
import { eventually, expectRun, program, type Run } from './support.ts'

/** A run of pgha that a test does something to while it works. */
export interface LiveRun {
  readonly signal: (name: 'SIGINT' | 'SIGKILL' | 'SIGSTOP') => void
  readonly ended: Promise<Run>
}

/** Starts pgha; `env` may name the step at which it kills itself. A run that was killed has code 137. */
export function start(
  lab: Lab,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): LiveRun {
  const child = spawn(process.execPath, [program, ...words, '-i', lab.inventoryPath], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Run>((resolve) =>
    child.on('close', (code) => {
      resolve({ code: code ?? 137, stdout, stderr })
    }),
  )
  return { signal: (name) => void child.kill(name), ended }
}

/** Kills pgha at a step: `7` when it was sent, `7+` when it was answered. */
export function dieAt(lab: Lab, step: string, words: readonly string[]): Promise<Run> {
  return start(lab, words, { PGHA_TEST_DIE_AT: step }).ended
}

/** Makes the check of a new haproxy.cfg on a node take `seconds`, so that a test can strike in the middle of a step. */
export async function slowDown(lab: Lab, node: string, seconds: number): Promise<void> {
  const script = `#!/bin/sh\\ncase " $* " in *" -c "*.pgha.*) echo slow >/run/pgha-slow; sleep ${seconds}; rm -f /run/pgha-slow;; esac\\nexec /usr/sbin/haproxy.real "$@"\\n`
  await lab.exec(
    node,
    `[ -e /usr/sbin/haproxy.real ] || cp -a /usr/sbin/haproxy /usr/sbin/haproxy.real; mkdir -p /usr/local/sbin; printf '${script}' >/usr/bin/haproxy; chmod 755 /usr/bin/haproxy; mv /usr/sbin/haproxy /usr/sbin/haproxy.away`,
  )
}

/** Undoes `slowDown`. */
export async function speedUp(lab: Lab, node: string): Promise<void> {
  await lab.exec(
    node,
    '[ -e /usr/sbin/haproxy.away ] && mv /usr/sbin/haproxy.away /usr/sbin/haproxy; rm -f /usr/bin/haproxy /usr/sbin/haproxy.real /run/pgha-slow',
  )
}

/** Waits until the slow step is at work. */
export async function inSlowStep(lab: Lab, node: string): Promise<void> {
  await eventually(40, async () =>
    (await lab.exec(node, 'test -e /run/pgha-slow')).code === 0 ? true : undefined,
  )
}

/** Waits until no script of a dead run works on the nodes any more. */
export async function untilUnlocked(lab: Lab): Promise<void> {
  for (const { name } of lab.nodes) {
    await eventually(60, async () =>
      (await lab.exec(name, '[ ! -e /run/pgha.lock ] || flock -n /run/pgha.lock true')).code === 0
        ? true
        : undefined,
    )
  }
}

/** What a run must never leave: half a file, or one that its program does not read. */
export async function brokenFiles(lab: Lab): Promise<readonly string[]> {
  const look = [
    `find /etc -name '.*.pgha.??????' | sed 's/^/left: /'`,
    '[ ! -e /etc/haproxy/haproxy.cfg ] || haproxy -c -q -f /etc/haproxy/haproxy.cfg >/dev/null 2>&1 || echo haproxy.cfg',
    '[ ! -e /etc/consul.d/pgha.json ] || consul validate /etc/consul.d/pgha.json >/dev/null 2>&1 || echo pgha.json',
    `[ ! -e /etc/patroni/patroni.yml ] || python3 -c 'import yaml; assert yaml.safe_load(open("/etc/patroni/patroni.yml"))["tags"] is not None' 2>/dev/null || echo patroni.yml`,
    `[ ! -e /etc/keepalived/keepalived.conf ] || [ "$(tail -c 2 /etc/keepalived/keepalived.conf)" = "$(printf '}')" ] || echo keepalived.conf`,
  ].join('\n')
  const found = await Promise.all(lab.nodes.map(async ({ name }) => (await lab.exec(name, look)).stdout))
  return found.join('').split('\n').filter(Boolean)
}

/**
 * Units that run with an older configuration than the one on disk, found without pgha: neither the unit was started nor was it
 * reloaded since the file was written. HAProxy reads its configuration with a new process, whose start says when, to a second.
 */
export async function owedReloads(lab: Lab): Promise<readonly string[]> {
  const look = `began() { date -d "$(systemctl show -p ActiveEnterTimestamp --value "$1")" +%s; }
owes() { since=$(stat -c %Y "$2"); [ "$(began "$1")" -ge "$since" ] || journalctl -q -u "$1" --since "@$since" | grep -q -i reload || echo "$1"; }
owes keepalived /etc/keepalived/keepalived.conf
owes patroni /etc/patroni/patroni.yml
owes consul /etc/consul.d/pgha.json
started=$(date -d "$(ps -o lstart= -p "$(pgrep -n -x haproxy)")" +%s)
[ "$((started + 1))" -ge "$(stat -c %Y /etc/haproxy/haproxy.cfg)" ] || echo haproxy`
  const found = await Promise.all(
    lab.nodes.map(async ({ name }) => (await lab.exec(name, look)).stdout.replaceAll(/^(?=.)/gm, `${name} `)),
  )
  return found.join('').split('\n').filter(Boolean)
}

/** The promise of all cases: the next apply converges, nothing is half-written, nothing is owed. Gives what it said. */
export async function nextConverges(lab: Lab, words: readonly string[]): Promise<string> {
  const broken = await brokenFiles(lab)
  if (broken.length > 0) throw new Error(`left broken: ${broken.join(', ')}`)
  const next = await expectRun(0, lab, 'apply', '--yes', ...words)
  const left = [...(await brokenFiles(lab)), ...(await owedReloads(lab))]
  if (left.length > 0) throw new Error(`after the next apply: ${left.join(', ')}`)
  await expectRun(0, lab, 'diff', ...words)
  return next.stderr
}
