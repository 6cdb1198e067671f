import { fencingMarginMs } from '../roles/checks/timing.ts'
import { synchronousOf, timingsOf } from '../roles/timings.ts'
import { symbols, type WorstCase, worstCases } from '../roles/worst-case.ts'
import { type ProfileName, profileNames } from '../roles/profiles.ts'
import { InputError } from '../shared/errors.ts'
import type { RunOptions } from './options.ts'
import { openSite } from './site.ts'

/** How long writes may fail, per fault, and by how much a hung leader is cut off in time. */
export interface Rto {
  readonly file: string
  readonly cases: readonly WorstCase[]
  readonly fencingMarginSeconds: number
  /** What the letters of the formulas stand for. */
  readonly symbols: Readonly<Record<string, string>>
}

/** Computes the worst outage of each fault from the inventory. Contacts nobody. */
export function explainRto(options: RunOptions): Rto {
  const { inventory, hosts } = openSite(options, { onlyLooks: true, contactsNobody: true })
  const timings = timingsOf(hosts)
  return {
    file: inventory.file,
    cases: worstCases(timings, synchronousOf(hosts)),
    fencingMarginSeconds: fencingMarginMs(timings.haproxy, timings.patroni) / 1000,
    symbols,
  }
}

/** What a profile would make of the inventory, or why it does not fit. */
export type ProfileRto = { readonly profile: ProfileName } & (
  Pick<Rto, 'cases' | 'fencingMarginSeconds'> | { readonly refused: string }
)

/** The same for each profile, side by side; what the inventory sets itself stays. Contacts nobody. */
export function explainProfiles(options: RunOptions): readonly ProfileRto[] {
  return profileNames.map((profile) => {
    const extraVars = [...options.extraVars, `profile=${profile}`]
    try {
      const { cases, fencingMarginSeconds } = explainRto({ ...options, extraVars, emit: () => undefined })
      return { profile, cases, fencingMarginSeconds }
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown
      return { profile, refused: thrown.message }
    }
  })
}
