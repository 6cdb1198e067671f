import { fencingMarginMs } from '../roles/checks/timing.ts'
import { timingsOf } from '../roles/timings.ts'
import { symbols, type WorstCase, worstCases } from '../roles/worst-case.ts'
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
  const { inventory, hosts } = openSite(options)
  const timings = timingsOf(hosts)
  return {
    file: inventory.file,
    cases: worstCases(timings),
    fencingMarginSeconds: fencingMarginMs(timings.haproxy, timings.patroni) / 1000,
    symbols,
  }
}
