import { memberNamed } from '../cluster/candidate.ts'
import { fitStatuses } from '../cluster/fitness.ts'
import { lagBytes, type MemberStatus } from '../cluster/members.ts'
import { planRestart, type RestartStep } from '../cluster/restart-plan.ts'
import { rollingRestart } from '../cluster/rolling-restart.ts'
import { disruptionOf } from './postgres-restarts.ts'
import { operate, type Intent, type Operated, type OperationOptions } from './operation.ts'

export interface RestartOptions extends OperationOptions {
  /** Only this member, by its name or its host's. */
  readonly member: string | undefined
  /** All members; else those that owe a restart. */
  readonly rolling: boolean
}

/** Restarts PostgreSQL of one member, of all, or of those that owe it; always in turn. */
export function restart(options: RestartOptions): Promise<Operated> {
  return operate(options, {
    needsAllHosts: true,
    async prepare({ cluster }) {
      const only = options.member === undefined ? undefined : memberNamed(cluster, options.member).name
      const found = await fitStatuses(cluster, 'a restart')
      const isDue = ({ name, isRestartPending }: MemberStatus) =>
        only === undefined ? options.rolling || isRestartPending : name === only
      const steps = planRestart(candidatesOf(found, isDue))
      return { intent: restartIntent(steps), carryOut: (watch) => rollingRestart(cluster, steps, watch) }
    },
  })
}

/** Members as the order of a restart depends on them. */
export function candidatesOf(
  found: readonly MemberStatus[],
  isDue: (member: MemberStatus) => boolean,
): Parameters<typeof planRestart>[0] {
  const leader = found.find(({ isLeader }) => isLeader)
  return found.map((member) => ({
    name: member.name,
    isLeader: member.isLeader,
    isDue: isDue(member),
    lagBytes: lagBytes(leader, member),
    changes: member.restartReasons,
    isCandidate: member.isCandidate,
  }))
}

function restartIntent(steps: readonly RestartStep[]): Intent {
  const pausesWrites = steps.some(({ kind }) => kind !== 'restart')
  const replicas = 'sessions on each member are cut when its turn comes; the others go on'
  return {
    title: 'restart',
    steps: steps.map(stepText),
    disturbs: pausesWrites ? `${replicas}; writes pause for a few seconds once` : replicas,
    disruption: disruptionOf(steps),
  }
}

function stepText({ kind, member }: RestartStep): string {
  if (kind === 'switchover') return `switchover from ${member} to the best replica`
  return kind === 'restart' ? `restart ${member}` : `restart ${member} in place: writes pause`
}
