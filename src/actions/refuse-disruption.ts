import { type Disruption, disturbsMore } from '../engine/disruption.ts'
import { PghaError } from '../shared/errors.ts'

/** Refuses what disturbs more than `--max-disruption` allows. */
export function refuseDisruption(needed: Disruption, allowed: Disruption): void {
  if (!disturbsMore(needed, allowed)) return
  throw new PghaError(
    'refused',
    `this needs a disruption of "${needed}", and --max-disruption is ${allowed}`,
    {
      hint: `allow it with --max-disruption ${needed}, or narrow the run down`,
    },
  )
}
