import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command } from '../transport/shell.ts'

export interface LeadershipWant {
  /** Patroni's REST API on this node. */
  readonly url: string
}

/** A member that is to leave leads no more. Closed by a switchover of the cluster, never on the node. */
export function noLeadership(member: string, url: string): Resource {
  return resource(leadershipType, member, { url })
}

/** The state is whether the member leads; a Patroni that does not answer leads nobody. */
export const leadershipType: ResourceType<LeadershipWant, boolean> = {
  kind: 'leadership',
  isPlain: true,
  probe: (wants) =>
    wants
      .map(
        ({ url }) =>
          `${command('curl', '-s', '-o', '/dev/null', '-w', 'L|%{http_code}\\n', '-m', '5', '--noproxy', '*', `${url}/leader`)} 2>/dev/null || :`,
      )
      .join('\n'),
  parse: (printed, wants) => {
    const codes = [...printed.matchAll(/^L\|(\d+)$/gm)].map(([, code]) => code)
    return wants.map((_, index) => codes[index] === '200')
  },
  diff: (_, leads) =>
    leads
      ? { verb: 'run', summary: 'leads: switchover to a member that stays', disruption: 'switchover' }
      : undefined,
  // Only a bug gets here: the stages hand this type to the cluster.
  steps: () => [{ what: 'hand over', script: 'echo "the cluster hands over, not this node" >&2; exit 1' }],
}
