import type { Cluster } from '../cluster.ts'

export type Figure = string | number | boolean

/** What one check found. */
export interface CheckResult {
  readonly check: string
  readonly ok: boolean
  /** One line for the operator: what was found and, when not ok, what is missing. */
  readonly summary: string
  readonly figures: Readonly<Record<string, Figure>>
}

/** One claim about a healthy cluster. */
export interface Check {
  readonly name: string
  readonly run: (cluster: Cluster) => Promise<Omit<CheckResult, 'check'>>
}
