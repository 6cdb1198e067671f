import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { command, sh } from '../transport/shell.ts'

export interface AbsentMemberWant {
  /** Name in Patroni. */
  readonly member: string
  /** Patroni's REST API of a member that stays. */
  readonly url: string
}

/** Patroni knows no such member any more: its key in the DCS is leased, and expires when nobody renews it. */
export function absentMember(want: AbsentMemberWant): Resource {
  return resource(absentMemberType, want.member, want)
}

// A lease of Consul ends at the latest after twice its ttl (https://developer.hashicorp.com/consul/docs/dynamic-app-config/sessions).
const expirySeconds = 120

/** The state is whether the member is in the cluster. */
export const absentMemberType: ResourceType<AbsentMemberWant, boolean> = {
  kind: 'absent-member',
  probe: (wants) => wants.map((want) => `${isMember(want)} && echo 'M|yes' || echo 'M|no'`).join('\n'),
  parse: (printed, wants) => {
    const answers = [...printed.matchAll(/^M\|(yes|no)$/gm)].map(([, answer]) => answer)
    return wants.map((_, index) => answers[index] === 'yes')
  },
  diff: (_, isThere) =>
    isThere ? { verb: 'remove', summary: 'from the cluster, when its lease has ended' } : undefined,
  steps: (todo) =>
    todo.map(({ want }) => ({
      what: `wait until Patroni forgets ${want.member}`,
      script: [
        `left=${expirySeconds}`,
        `while ${isMember(want)}; do`,
        `  [ $left -gt 0 ] || { echo ${sh(`${want.member} still renews its lease: its Patroni lives`)} >&2; exit 1; }`,
        '  left=$((left - 1)); sleep 1',
        'done',
      ].join('\n'),
    })),
}

// Names of members hold letters, digits and _ . - only; a dot in a pattern fits itself among others.
function isMember({ member, url }: AbsentMemberWant): string {
  const ask = command('curl', '-s', '-m', '5', '--noproxy', '*', `${url}/cluster`)
  return `${ask} 2>/dev/null | grep -q ${sh(`"name": *"${member.replaceAll('.', '[.]')}"`)}`
}
