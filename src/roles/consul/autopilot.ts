import { guardedCommand } from '../../resources/command.ts'
import type { Resource } from '../../engine/resource.ts'
import { command } from '../../transport/shell.ts'
import type { ConsulVars } from './vars.ts'

const url = 'http://127.0.0.1:8500/v1/operator/autopilot/configuration'
// From the agent's own file, so that it never shows in a process list.
const token = `CONSUL_HTTP_TOKEN=$(sed -n 's/.*"agent": "\\([^"]*\\)".*/\\1/p' /etc/consul.d/pgha.json)`

/**
 * Whether Consul takes a server that is gone out of its raft. The agent's file says so to a new cluster only
 * (Consul, `autopilot.cleanup_dead_servers`); one that lives keeps it in its state. Where no agent answers, or the
 * token may not ask, there is nothing to do.
 */
export function autopilot({ cleanup_dead_servers, token: hasToken }: ConsulVars): Resource {
  const ask = ['curl', '--silent', '--max-time', '5', '--noproxy', '*']
  const answer =
    hasToken === undefined
      ? command(...ask, url)
      : `${token}; printf 'header = "X-Consul-Token: %s"\\n' "$CONSUL_HTTP_TOKEN" | ${command(...ask, '--config', '-', url)}`
  const set = command(
    'consul',
    'operator',
    'autopilot',
    'set-config',
    `-cleanup-dead-servers=${cleanup_dead_servers}`,
  )
  return guardedCommand({
    name: 'consul autopilot',
    guard: `case $(${answer}) in *'"CleanupDeadServers":${!cleanup_dead_servers}'*) exit 1 ;; esac`,
    run: hasToken === undefined ? set : `(${token}; export CONSUL_HTTP_TOKEN; ${set})`,
  })
}
