import type { Payload } from '../transport/connection.ts'
import type { Source } from '../shared/source.ts'
import type { Disruption } from './disruption.ts'

/** What happens to a resource, in the operator's words. */
export type Verb =
  | 'create'
  | 'update'
  | 'delete'
  | 'install'
  | 'remove'
  | 'start'
  | 'stop'
  | 'restart'
  | 'reload'
  | 'enable'
  | 'disable'
  | 'run'

/** A text before and after, free of secrets: what the operator may read as a unified diff. */
export interface TextChange {
  readonly before: string
  readonly after: string
}

/** How a resource differs from what is wanted. */
export interface Difference {
  readonly verb: Verb
  /** What the operator reads: `stopped → running`. Never holds a secret. */
  readonly summary: string
  readonly text?: TextChange
  /** Whom it disturbs, where the verb alone does not tell. */
  readonly disruption?: Disruption
}

/** A script that closes a difference. Secrets go into payloads, never into the script. */
export interface Step {
  /** Names the step in events and errors: `systemctl reload haproxy`. */
  readonly what: string
  readonly script: string
  readonly payloads?: readonly Payload[]
  /** Longest time the step may take; ten minutes when not given. */
  readonly timeoutMs?: number
  /** Files that it replaces, whose former content it keeps below the run's backups, or makes. */
  readonly writes?: readonly { readonly path: string; readonly isNew: boolean }[]
}

/** A resource that differs, as its type gets it to make steps of. */
export interface Todo<Want, State> {
  readonly want: Want
  readonly state: State
  readonly difference: Difference
}

/** What several types read of a node, such as hashes of files: by one fragment for all of them. */
export interface Reader<Item> {
  /** Prints what it finds of all `items`; fragments of `probe` come later in the same script and see its variables. */
  read(items: readonly Item[]): string
}

/** What one type needs of a reader. */
export interface Reading<Item = unknown> {
  readonly by: Reader<Item>
  readonly items: readonly Item[]
}

/**
 * One concept of Linux: how all resources of this type on a host are read in one go, and what closes a difference.
 * Everything here is pure; only the engine runs what comes out.
 */
export interface ResourceType<Want, State> {
  readonly kind: string
  /** `steps` serves neighbours in a plan together, as in one transaction; else each gets steps of its own. */
  readonly together?: boolean
  /** What is read once for all types; `parse` finds it before what `probe` prints. */
  shared?(wants: readonly Want[]): readonly Reading[]
  /**
   * `probe` never exits, nor changes the directory, the options or the field separator of the shell it runs in, and sets all
   * that it reads: it is spared a shell of its own, which takes a node 1 to 4 ms.
   */
  readonly isPlain?: true
  /** A fragment of POSIX sh that prints the states of all `wants`. Must not change the node, and not fail on a bare one. */
  probe(wants: readonly Want[]): string
  /** States from what was printed for this type, one per want, in the same order. Absent is a state. */
  parse(printed: string, wants: readonly Want[]): readonly State[]
  /** Nothing, when the state is as wanted. */
  diff(want: Want, state: State): Difference | undefined
  /** What is there besides the wish, and stays: nobody named it. */
  unmanaged?(want: Want, state: State): readonly string[]
  /** Closes many differences together, e.g. all packages in one transaction. Never empty for a non-empty `todo`. */
  steps(todo: readonly Todo<Want, State>[]): readonly Step[]
}

/** When in a run a resource has its turn: before all packages, with them, or with its role. */
export type Phase = 'prepare' | 'packages' | 'role'

/** A desired thing on one host. Built by a role, never changed afterwards. */
export interface Resource {
  /** Unique on its host, e.g. `service haproxy`. Names the resource in plans, logs and errors. */
  readonly id: string
  readonly type: ResourceType<unknown, unknown>
  readonly want: unknown
  readonly phase: Phase
  /** Role first, then more from the role; what `--tags` selects by. */
  readonly tags: readonly string[]
  /** Where in the inventory the wish came from. */
  readonly source?: Source
}

/** The first tag: the role that wants this resource. */
export function roleOf(resource: Resource): string {
  return resource.tags[0] ?? ''
}

/** Binds a wish to its type; the role adds tags and source. */
export function resource<Want, State>(
  type: ResourceType<Want, State>,
  name: string,
  want: Want,
  phase: Phase = 'role',
): Resource {
  return { id: `${type.kind} ${name}`, type, want, phase, tags: [] }
}

/** The same resource with its turn before all packages. */
export function early(wanted: Resource): Resource {
  return { ...wanted, phase: 'prepare' }
}

/** The same resource with further tags of its own, besides those of its role. */
export function tagged(wanted: Resource, ...tags: readonly string[]): Resource {
  return { ...wanted, tags: [...wanted.tags, ...tags] }
}
