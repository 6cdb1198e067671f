import { type Disruption, disturbsMore, worstOf } from '../engine/disruption.ts'
import type { Change, Plan } from '../engine/plan.ts'
import { type ErrorContext, PghaError } from '../shared/errors.ts'

/** Refuses what disturbs more than `--max-disruption` allows. */
export function refuseDisruption(needed: Disruption, allowed: Disruption, where: ErrorContext = {}): void {
  if (!disturbsMore(needed, allowed)) return
  throw new PghaError(
    'refused',
    `this needs a disruption of "${needed}", and --max-disruption is ${allowed}`,
    {
      ...where,
      hint: `allow it with --max-disruption ${needed}, or narrow the run down`,
    },
  )
}

/**
 * The same for what is found to differ when its turn comes, which no plan may have known. And what was planned may not have
 * become worse than anything that the operator was shown.
 */
export function refuseWorse(found: readonly Change[], plan: Plan, allowed: Disruption): void {
  const shown = worstOf(plan.changes.map(({ disruption }) => disruption))
  for (const { host, resource, verb, disruption } of found) {
    const planned = plan.changes.find((one) => one.host === host && one.resource === resource)
    // Nobody uses it yet, although a package may have started it meanwhile.
    if (planned?.verb === 'start') continue
    refuseDisruption(disruption, allowed, { host, resource })
    // What a package brings along is not known before.
    if (planned === undefined || planned.after !== undefined || !disturbsMore(disruption, shown)) continue
    throw new PghaError(
      'refused',
      `the plan is out of date: ${verb} needs a disruption of "${disruption}" by now, and "${planned.disruption}" was shown`,
      { host, resource, hint: 'run it again: the plan will show it' },
    )
  }
}
