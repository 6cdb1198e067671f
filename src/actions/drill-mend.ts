import { memberNamed } from '../cluster/candidate.ts'
import { memberStatuses } from '../cluster/members.ts'
import { reinitialize } from '../cluster/patroni-calls.ts'
import type { Arena } from '../drill/arena.ts'
import type { Trial } from '../drill/result.ts'
import { untilWhole } from '../drill/whole.ts'
import { messageOf } from '../shared/errors.ts'

type Mended = Pick<Arena, 'cluster' | 'tell'>

const patienceSeconds = 120

/** Waits until the cluster is whole before a round. Gives what is missing, or undefined. */
export async function missingIn({ cluster, tell }: Mended): Promise<string | undefined> {
  const whole = await untilWhole(cluster, patienceSeconds, tell)
  return 'missing' in whole ? whole.missing : undefined
}

/**
 * Has replicas that did not come back by themselves cloned anew, as an operator would, so that a drill can go on. Gives their
 * names; what Patroni refuses is told, and the cluster is what it is.
 */
export async function cloneLost({ cluster, tell }: Mended): Promise<readonly string[]> {
  const found = await memberStatuses(cluster)
  const lost = found.filter(({ isLeader, isStreaming }) => !isLeader && !isStreaming).map(({ name }) => name)
  const cloned = await Promise.all(
    lost.map(async (name) => {
      try {
        await reinitialize(cluster, memberNamed(cluster, name))
        tell(`${name} did not come back by itself and is cloned anew`)
        return [name]
      } catch (thrown) {
        tell(`${name} could not be cloned anew: ${messageOf(thrown)}`)
        return []
      }
    }),
  )
  return cloned.flat()
}

/** The round after which members had to be cloned says so. */
export function withClones(trial: Trial, cloned: readonly string[]): Trial {
  const { assessment, rounded } = trial
  if (cloned.length === 0) return trial
  const note = `by itself ${cloned.join(' and ')} did not come back: cloned anew (--reinit)`
  if (rounded.kind === 'broken')
    return { ...trial, rounded: { ...rounded, reason: `${rounded.reason}; ${note}` } }
  if (assessment === undefined) return trial
  return { ...trial, assessment: { ...assessment, notes: [...assessment.notes, note] } }
}
