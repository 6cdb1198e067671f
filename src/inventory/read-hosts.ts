import { dirname, join } from 'node:path'
import type { Problem } from '../shared/errors.ts'
import { listLayout } from './ansible/layout.ts'
import { isListOutput } from './ansible/list-json.ts'
import { readCompanions } from './companions.ts'
import { isDynamic, readDynamic } from './dynamic.ts'
import { readExtraVars } from './extra-vars.ts'
import { type RawHost, mergeHosts } from './hosts.ts'
import { absentLayout, type Layout, hostNames, layoutOf } from './layout.ts'
import { hostsOfGroups } from './memberships.ts'
import { type Reading, complain, readTree, shownPath } from './reading.ts'
import type { MapNode, Tree } from './tree.ts'

export interface ReadOptions {
  /** The inventory; `group_vars/` and `host_vars/` are looked for beside it. */
  readonly file: string
  /** What `-e` was given: `haproxy.primary_port=5002` or `@file.yaml`. */
  readonly extraVars?: readonly string[]
  /** Where `!env NAME` looks; by default the environment of the process. */
  readonly env?: NodeJS.ProcessEnv
  /** Whether there is such a setting, for inventories that speak in Ansible's variables. */
  readonly knows?: (path: readonly string[]) => boolean
}

/** All files read and merged, before a schema has seen them. */
export interface ReadHosts {
  /** None when a file could not be understood: their values would only seem to be missing. */
  readonly hosts: readonly RawHost[]
  /** Those that are to leave. */
  readonly absent: readonly RawHost[]
  readonly groups: ReadonlyMap<string, readonly string[]>
  readonly problems: readonly Problem[]
  /** In the order in which they were read. */
  readonly files: readonly string[]
}

/** Reads the inventory, the files beside it and `-e`, and merges them for every host. */
export function readHosts({
  file,
  extraVars = [],
  env = process.env,
  knows = () => false,
}: ReadOptions): ReadHosts {
  const reading: Reading = { env, problems: [], files: [], broken: [] }
  const layout = readLayout(reading, file, knows)
  const read = layout === undefined ? none : readVars(reading, layout, file, extraVars)
  return {
    ...(reading.broken.length > 0 ? none : read),
    groups: layout === undefined ? new Map() : hostsOfGroups(layout),
    problems: reading.problems,
    files: reading.files,
  }
}

type Merged = Pick<ReadHosts, 'hosts' | 'absent'>

const none: Merged = { hosts: [], absent: [] }

function readLayout(
  reading: Reading,
  file: string,
  knows: (path: readonly string[]) => boolean,
): Layout | undefined {
  const source = { file: shownPath(file), line: 1, column: 1 }
  const tree = isDynamic(file) ? readDynamic(reading, file) : readTree(reading, file)
  if (tree === undefined) {
    if (reading.problems.length === 0) complain(reading, { message: 'the inventory is empty', source })
    return undefined
  }
  const layout = isAnsibles(tree, file) ? ansibleLayout(reading, tree, knows) : layoutOf(reading, tree)
  if (hostNames(layout).length === 0 && reading.problems.length === 0) {
    complain(reading, { message: 'there is no host', source, hint: 'hosts stand under groups.NAME.hosts' })
  }
  return layout
}

// A file says so itself; of a program it has to be guessed from the form.
function isAnsibles(tree: Tree, file: string): tree is MapNode {
  if (tree.kind !== 'map') return false
  return tree.entries.has('_meta') || (isDynamic(file) && isListOutput(tree))
}

function ansibleLayout(reading: Reading, root: MapNode, knows: (path: readonly string[]) => boolean): Layout {
  const { layout, problems } = listLayout(root, { knows, env: reading.env })
  reading.problems.push(...problems)
  return layout
}

function readVars(reading: Reading, layout: Layout, file: string, extraVars: readonly string[]): Merged {
  const beside = (folder: string): string => join(dirname(file), folder)
  const groups = ['all', ...layout.groups.keys()]
  const groupVars = readCompanions(reading, { folder: beside('group_vars'), kind: 'group', known: groups })
  const leaving = absentLayout(layout)
  const known = [...hostNames(layout), ...hostNames(leaving)]
  const hostVars = readCompanions(reading, { folder: beside('host_vars'), kind: 'host', known })
  const overlays = readExtraVars(reading, extraVars)
  const merged = (of: Layout) => mergeHosts(reading, { layout: of, groupVars, hostVars, overlays })
  return { hosts: merged(layout), absent: merged(leaving) }
}
