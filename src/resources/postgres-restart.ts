import { type Difference, resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { maskedWords } from './mask-setting.ts'
import {
  autoConf,
  postgresFragment,
  type PostgresRestartState,
  type PostgresRestartWant,
  postgresStates,
  type RestartReason,
  sharedOfPostgres,
} from './postgres-state.ts'
import { effectiveText, isEffective } from './postgres-value.ts'
import { afterPruning, isPruned } from './pruned-parameter.ts'

/**
 * PostgreSQL of a member runs with what the inventory and the DCS say. A difference is closed by a rolling restart of the
 * cluster, never on the node alone.
 */
export function postgresRestart(want: PostgresRestartWant): Resource {
  return resource(postgresRestartType, want.member, want)
}

export const postgresRestartType: ResourceType<PostgresRestartWant, PostgresRestartState> = {
  kind: 'postgres',
  isPlain: true,
  shared: sharedOfPostgres,
  probe: (wants) => wants.map(postgresFragment).join('\n'),
  parse: postgresStates,
  diff(want, state) {
    const changes = restartChanges(want, state)
    if (state === undefined || (changes.length === 0 && !owesUnexplained(state))) return undefined
    return difference(want, state, changes)
  },
  // They win over Patroni's. A text may hold a password, as primary_conninfo does.
  unmanaged: (_, state) =>
    (state?.settings ?? []).flatMap((found) => {
      if (found.sourcefile?.endsWith(`/${autoConf}`) !== true) return []
      const value = found.vartype === 'string' ? '' : ` ${effectiveText(found)}`
      return [`${found.name}${value}, set by ALTER SYSTEM in ${autoConf}`]
    }),
  // Only a bug gets here: the stages hand this type to the cluster.
  steps: () => [
    {
      what: 'restart PostgreSQL',
      script: 'echo "PostgreSQL is restarted by the cluster, not here" >&2; exit 1',
    },
  ],
}

/** The wish and what was found, of a resource of this type; undefined for others, and where no Patroni answers. */
export function restartOf(
  { type, want }: Resource,
  state: unknown,
): { readonly want: PostgresRestartWant; readonly state: NonNullable<PostgresRestartState> } | undefined {
  if (type.kind !== postgresRestartType.kind || !isWant(want) || !isState(state)) return undefined
  return { want, state }
}

function isWant(value: unknown): value is PostgresRestartWant {
  return typeof value === 'object' && value !== null && 'psql' in value && 'parameters' in value
}

function isState(value: unknown): value is NonNullable<PostgresRestartState> {
  return typeof value === 'object' && value !== null && 'settings' in value && 'reasons' in value
}

/** What a restart will change: parameters that differ from what is effective, and what Patroni knows besides. */
export function restartChanges(
  { parameters, prune }: PostgresRestartWant,
  state: PostgresRestartState,
): readonly RestartReason[] {
  if (state === undefined) return []
  const own = state.settings.flatMap((found): readonly RestartReason[] => {
    const wanted = parameters[found.name]
    const from = effectiveText(found)
    if (wanted === undefined) {
      const to = isPruned(found.name, prune) ? afterPruning(found) : undefined
      return to === undefined ? [] : [{ name: found.name, from, to }]
    }
    if (found.context !== 'postmaster' || isEffective(wanted, found)) return []
    return [{ name: found.name, from, to: String(wanted) }]
  })
  const isNamed = (name: string) =>
    parameters[name] !== undefined && state.settings.some((found) => found.name === name)
  return [...own, ...state.reasons.filter(({ name }) => !isNamed(name))]
}

/** Before 4.0 Patroni does not say why. Where it does, what is effective as wanted is no reason: the DCS is about to be corrected. */
function owesUnexplained({ isPending, reasons }: NonNullable<PostgresRestartState>): boolean {
  return isPending && reasons.length === 0
}

function difference(
  { members }: PostgresRestartWant,
  { isLeader }: NonNullable<PostgresRestartState>,
  changes: readonly RestartReason[],
): Difference {
  const listed = changes
    .map(({ name, from, to }) => `${name} ${maskedWords([name], from)} → ${maskedWords([name], to)}`)
    .join(', ')
  const alone = members === 1 ? ', in place: there is no replica to hand over to' : ''
  return {
    verb: 'restart',
    summary: `${listed || 'Patroni says that a restart is pending'}${alone}`,
    disruption: isLeader ? 'switchover' : 'rolling-restart',
  }
}
