import { effectiveText, type EffectiveSetting, isEffective } from './postgres-value.ts'
import { isBelow } from './settings-tree.ts'

const parametersPath = 'postgresql.parameters'

/** Whether a list of paths that go names parameters of PostgreSQL, or all of them. */
export function prunesParameters(prune: readonly string[] = []): boolean {
  return isBelow(parametersPath, prune) || prune.some((path) => isBelow(path, [parametersPath]))
}

export function isPruned(name: string, prune: readonly string[] = []): boolean {
  return isBelow(`${parametersPath}.${name}`, prune)
}

/**
 * What a restart makes of a parameter that only a restart changes, once nobody names it in the DCS any more; undefined
 * when nothing. PostgreSQL owes itself a restart for a line that is gone from its files, whatever the value.
 */
export function afterPruning(found: EffectiveSetting): string | undefined {
  const { name, source, sourcefile, elsewhere, boot_val: boot } = found
  if (found.context !== 'postmaster') return undefined
  if (source === 'command line') {
    return patroniPasses.has(name) && boot != null && !isEffective(boot, found)
      ? textOf(boot, found)
      : undefined
  }
  // Patroni writes its own file; what stands in another one stays.
  if (sourcefile?.endsWith('/postgresql.conf') !== true || patroniWrites.has(name)) return undefined
  if (elsewhere != null) return isEffective(elsewhere, found) ? undefined : elsewhere
  return textOf(boot ?? '', found)
}

// Given to the postmaster whatever the DCS says; Patroni's own defaults of these are PostgreSQL's.
const patroniPasses: ReadonlySet<string> = new Set([
  'max_connections',
  'max_locks_per_transaction',
  'max_prepared_transactions',
  'max_worker_processes',
  'track_commit_timestamp',
])

const patroniWrites: ReadonlySet<string> = new Set(['cluster_name', 'hba_file', 'ident_file'])

function textOf(boot: string, found: EffectiveSetting): string {
  return effectiveText({ ...found, setting: boot }) || 'default'
}
