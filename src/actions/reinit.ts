import { memberNamed } from '../cluster/candidate.ts'
import { leaderOf } from '../cluster/hand-over.ts'
import { memberStatuses } from '../cluster/members.ts'
import { reinitialize } from '../cluster/patroni-calls.ts'
import { timed, untilBack } from '../cluster/waiting.ts'
import { PghaError } from '../shared/errors.ts'
import { operate, type Operated, type OperationOptions } from './operation.ts'

export interface ReinitOptions extends OperationOptions {
  readonly member: string
}

/** Throws away the data of a replica and clones it anew. */
export function reinit(options: ReinitOptions): Promise<Operated> {
  return operate(options, {
    needsAllHosts: false,
    async prepare({ cluster }) {
      const member = memberNamed(cluster, options.member)
      const leader = await leaderOf(cluster)
      if (member.name === leader.name) {
        throw new PghaError('refused', `${member.name} leads: its data is what the others are cloned from`, {
          hint: 'pgha switchover first',
        })
      }
      return {
        intent: {
          title: 'reinit',
          steps: [`throw away the data of ${member.name}`, `clone ${member.name} from the cluster`],
          disturbs: `sessions on ${member.name} are cut, and it serves nobody until it streams again; the data there is gone`,
          disruption: 'rolling-restart',
        },
        carryOut: (watch) =>
          timed(member.host, `reinitialize ${member.name}`, watch, async () => {
            const before = (await memberStatuses(cluster)).find(({ name }) => name === member.name)
            await reinitialize(cluster, member)
            await untilBack(
              cluster,
              member,
              watch,
              ({ isStreaming, startedAt }) => isStreaming && startedAt !== before?.startedAt,
            )
          }),
      }
    },
  })
}
