import * as z from 'zod'

/** Where each node keeps what runs did to it: a file per run, root only, written whole. */
export const recordFolder = '/var/lib/pgha/runs'

/** Where each node keeps what runs replaced, below the name of the run. */
export const backupFolder = '/var/backups/pgha'

/** What a run did to one node, as that node keeps it. Free of secrets. */
export const RunRecord = z.object({
  id: z.string(),
  by: z.object({ user: z.string(), host: z.string() }),
  /** The words after `pgha`. */
  command: z.string(),
  /** Hashes of the inventory (secrets left out) and of the plan. */
  inventory: z.string(),
  plan: z.string(),
  started: z.string(),
  /** Files that were replaced (their backup) or made (no backup). */
  files: z.array(z.object({ path: z.string(), backup: z.string().optional() })),
  /** The last step that began; without `ended` nobody saw its end. */
  step: z.object({
    what: z.string(),
    begun: z.string(),
    ended: z.string().optional(),
    code: z.number().optional(),
  }),
  /** What was to be done after that step, where only the run knew it: members still to be restarted. */
  left: z.string().optional(),
  finished: z.string().optional(),
  /** `ok`, `failed`, `interrupted`, or `finished by RUN`; none: the run died. */
  outcome: z.string().optional(),
})

export type RunRecord = z.infer<typeof RunRecord>

/** The record in a file of a node; undefined when it is not one. */
export function parseRecord(json: string): RunRecord | undefined {
  try {
    return RunRecord.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}
