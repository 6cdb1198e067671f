import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { agentToken } from '../shared/consul-token.ts'
import { command } from '../transport/shell.ts'
import { answersTo, ask, parseAnswers } from './rest-answers.ts'

export interface ConsulAutopilotWant {
  /** Whether Consul takes a server that is gone out of its raft. */
  readonly cleanupDeadServers: boolean
  /** Whether the agent's file has an ACL token, which then has to come along. */
  readonly hasToken: boolean
}

/** What Consul does now; undefined where no agent answers, or the token may not ask. */
type Cleanup = boolean | undefined

const url = 'http://127.0.0.1:8500/v1/operator/autopilot/configuration'

/**
 * A setting of Consul's autopilot. The agent's file tells it to a new cluster only (Consul, `autopilot`); one that lives
 * keeps it in its state. What nobody can read is left as it is.
 */
export function consulAutopilot(want: ConsulAutopilotWant): Resource {
  return resource(consulAutopilotType, 'cleanup_dead_servers', want)
}

export const consulAutopilotType: ResourceType<ConsulAutopilotWant, Cleanup> = {
  kind: 'consul-autopilot',
  shared: (wants) => (wants.some(({ hasToken }) => hasToken) ? [] : [answersTo([url])]),
  probe: (wants) =>
    wants.some(({ hasToken }) => hasToken)
      ? `${agentToken}\nprintf 'header = "X-Consul-Token: %s"\\n' "$CONSUL_HTTP_TOKEN" | ${ask('-K', '-', url)}`
      : '',
  parse: (printed, wants) => {
    const { status, body = '' } = parseAnswers(printed).get(url) ?? {}
    const [, found] = /"CleanupDeadServers": ?(true|false)/.exec(status === 200 ? body : '') ?? []
    return wants.map(() => (found === undefined ? undefined : found === 'true'))
  },
  diff: ({ cleanupDeadServers: wanted }, found) =>
    found === undefined || found === wanted
      ? undefined
      : { verb: 'update', summary: `autopilot.cleanup_dead_servers ${found} → ${wanted}` },
  steps: (todo) =>
    todo.map(({ want: { cleanupDeadServers, hasToken } }) => {
      const words = ['operator', 'autopilot', 'set-config', `-cleanup-dead-servers=${cleanupDeadServers}`]
      const set = command('consul', ...words)
      return {
        what: `consul ${words.join(' ')}`,
        script: hasToken ? `${agentToken}\n${set}` : set,
      }
    }),
}
