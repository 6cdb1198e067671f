import type { Lab } from '../lab/lab.ts'
import { installAnsible, noPlaybook, play, prepareForPlaybook } from '../lab/playbook.ts'
import { type Figure, measured, timed } from './measure.ts'

/** What the same site costs Ansible, or why that was not measured. */
export type AnsibleFigures = { readonly cold: number; readonly noop: Figure } | { readonly skipped: string }

/** Converges fresh nodes with the article's playbook, then measures runs that have nothing to do. */
export async function measureAnsible(lab: Lab, runs: number): Promise<AnsibleFigures> {
  const skipped = noPlaybook()
  if (skipped !== undefined) return { skipped }
  await timed(installAnsible)
  await prepareForPlaybook(lab)
  const run = play(lab)
  const cold = await timed(run)
  // The second run settles what the first left (packages restart their units); the ones after it have nothing to do.
  await timed(run)
  return { cold: cold.seconds, noop: await measured(run, runs) }
}
