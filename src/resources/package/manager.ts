/** What is known of a package on a node. */
export interface PackageState {
  /** Undefined: not installed. */
  readonly installed: string | undefined
  /** The version that an install would bring, as far as the node's own lists know without asking the network. */
  readonly candidate: string | undefined
}

/** One family's package tools behind one face. Everything is a script or a parser; nothing runs here. */
export interface PackageManager {
  readonly name: string
  /** Prints a line `installed|<name>|<version>` per installed package and `A|<name>|<version>` per available missing one. */
  query(names: readonly string[]): string
  /** Installs all in one transaction. Each word is `name` or a pinned `name` and version. */
  install(packages: readonly { readonly name: string; readonly version?: string }[]): string
}

/** Reads what `query` prints. */
export function parseQuery(printed: string, names: readonly string[]): readonly PackageState[] {
  const installed = versions(printed, 'installed')
  const candidates = versions(printed, 'A')
  return names.map((name) => ({ installed: installed.get(name), candidate: candidates.get(name) }))
}

function versions(printed: string, mark: 'installed' | 'A'): ReadonlyMap<string, string> {
  const lines = printed.split('\n').map((line) => line.split('|'))
  return new Map(
    lines.flatMap(([first, name, version]) => (first === mark && name && version ? [[name, version]] : [])),
  )
}
