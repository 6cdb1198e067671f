import type { Problem } from '../../shared/errors.ts'
import type { Source } from '../../shared/source.ts'
import type { Plain } from './plain.ts'
import type { Layer, Winner } from './precedence.ts'

/** A setting of pgha, and what it was made from. */
export interface Setting {
  readonly path: readonly string[]
  /** Null where the operator has to fill it in. */
  readonly value: Plain
  /** Instead of a value: the environment variable that holds it. */
  readonly environment?: string
  /** The variable or template that it comes from. */
  readonly from: string
  readonly source: Source | undefined
  readonly isSecret: boolean
  readonly remark?: string
}

/** A variable that pgha's inventory has no place for. */
export interface Leftover {
  readonly variable: Winner
  readonly reason: string
  /** What may be shown of the value, `[redacted]` when it may be secret; undefined when it is too long. */
  readonly shown: string | undefined
}

/** The layer of pgha's inventory that something belongs to. */
export type Place = Pick<Layer, 'kind' | 'name'>

export interface Placed<T> {
  readonly place: Place
  readonly item: T
}

/** A group as pgha will have it. */
export interface TranslatedGroup {
  readonly name: string
  /** Of its own, without those of its children. */
  readonly hosts: readonly string[]
  readonly children: readonly string[]
}

/** An Ansible inventory in pgha's terms, under pgha's names. */
export interface Translation {
  /** Those with hosts, in the order in which their variables are laid over each other. */
  readonly groups: readonly TranslatedGroup[]
  readonly hosts: readonly string[]
  /** Where settings of the whole cluster belong. */
  readonly home: Place
  readonly settings: readonly Placed<Setting>[]
  readonly leftovers: readonly Placed<Leftover>[]
  /** Variables that others took their values from. */
  readonly referred: readonly Winner[]
  /** Definitions that hold on none of the hosts, since stronger ones stand over them. */
  readonly overridden: readonly Winner[]
  /** Hosts of the Ansible inventory that are not part of this cluster. */
  readonly leftOut: readonly string[]
  /** Names that were changed, since pgha's are stricter. */
  readonly renamed: readonly (readonly [string, string])[]
  /** Names of hosts whose address has to be looked up. */
  readonly unresolved: readonly string[]
  readonly notes: readonly Problem[]
}

/** `patroni.rest_password` */
export function dotted(path: readonly string[]): string {
  return path.join('.')
}
