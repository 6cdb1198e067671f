import type { Plan } from '../engine/plan.ts'

/** This run starts Patroni on the host: nobody uses it yet. */
export function startsPatroni({ changes }: Plan, host: string): boolean {
  return changes.some(
    (one) => one.host === host && one.role === 'patroni' && one.kind === 'service' && one.verb === 'start',
  )
}
