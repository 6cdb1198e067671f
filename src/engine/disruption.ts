/** What a change puts clients through, least first. */
export const disruptions = ['none', 'reload', 'restart-service', 'rolling-restart', 'switchover'] as const

/**
 * `none`: nobody notices; `reload`: a program reads its files again; `restart-service`: one that serves clients is
 * started anew; `rolling-restart`: sessions on one replica after the other are cut; `switchover`: writes pause too.
 */
export type Disruption = (typeof disruptions)[number]

/** True when `one` disturbs more than `other`. */
export function disturbsMore(one: Disruption, other: Disruption): boolean {
  return disruptions.indexOf(one) > disruptions.indexOf(other)
}

/** The largest disturbance of all; `none` without any. */
export function worstOf(all: readonly Disruption[]): Disruption {
  return all.reduce<Disruption>((worst, one) => (disturbsMore(one, worst) ? one : worst), 'none')
}
